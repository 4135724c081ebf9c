//! A square matrix, factored.

/// A square matrix as lower and upper factor, rows exchanged for the largest pivot.
#[derive(Debug, Clone)]
pub(super) struct Lu {
    size: usize,
    /// Row by row: the upper factor, and below its diagonal the lower one without its ones.
    factors: Vec<f64>,
    /// By row of the factors: the row of the matrix it was.
    rows: Vec<usize>,
}

impl Lu {
    /// None if the matrix has no inverse.
    pub(super) fn new(mut factors: Vec<f64>, size: usize) -> Option<Lu> {
        let mut rows: Vec<usize> = (0..size).collect();
        for column in 0..size {
            let pivot = (column..size)
                .max_by(|a, b| factors[a * size + column].abs().total_cmp(&factors[b * size + column].abs()))?;
            if factors[pivot * size + column] == 0.0 {
                return None;
            }
            if pivot != column {
                rows.swap(pivot, column);
                let (above, below) = factors.split_at_mut(pivot * size);
                above[column * size..(column + 1) * size].swap_with_slice(&mut below[..size]);
            }
            let (above, below) = factors.split_at_mut((column + 1) * size);
            let top = &above[column * size..];
            for row in below.chunks_exact_mut(size) {
                let factor = row[column] / top[column];
                row[column] = factor;
                if factor != 0.0 {
                    row[column + 1..].iter_mut().zip(&top[column + 1..]).for_each(|(a, b)| *a -= factor * b);
                }
            }
        }
        Some(Lu { size, factors, rows })
    }

    /// x of A x = b.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let row = |i: usize| &self.factors[i * self.size..(i + 1) * self.size];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut x: Vec<f64> = self.rows.iter().map(|row| b[*row]).collect();
        for i in 0..self.size {
            x[i] -= dot(&row(i)[..i], &x[..i]);
        }
        for i in (0..self.size).rev() {
            x[i] = (x[i] - dot(&row(i)[i + 1..], &x[i + 1..])) / row(i)[i];
        }
        x
    }

    /// x of x A = b.
    pub(super) fn solve_left(&self, b: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut x = b.to_vec();
        for i in 0..size {
            x[i] /= self.factors[i * size + i];
            for j in i + 1..size {
                x[j] -= x[i] * self.factors[i * size + j];
            }
        }
        for i in (0..size).rev() {
            for j in 0..i {
                x[j] -= x[i] * self.factors[i * size + j];
            }
        }
        let mut unswapped = vec![0.0; size];
        self.rows.iter().zip(x).for_each(|(row, value)| unswapped[*row] = value);
        unswapped
    }
}
