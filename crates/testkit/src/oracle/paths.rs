//! Paths, compared with each other one by one.

/// Removes labels that repeat the one before.
pub fn collapse(labels: &[u32]) -> Vec<u32> {
    let mut labels = labels.to_vec();
    labels.dedup();
    labels
}

/// Every distinct path with the positions of the subjects that have it.
pub fn variants(paths: &[Vec<u32>]) -> Vec<(Vec<u32>, Vec<usize>)> {
    let mut variants: Vec<(Vec<u32>, Vec<usize>)> = Vec::new();
    for (subject, path) in paths.iter().enumerate() {
        match variants.iter_mut().find(|(known, _)| known == path) {
            Some((_, subjects)) => subjects.push(subject),
            None => variants.push((path.clone(), vec![subject])),
        }
    }
    variants
}
