use super::*;

fn refused(source: &str, code: &str, original: &str) -> Refused {
    Refused {
        kinds: Vec::new(),
        received_us: 1_700_000_000_000_000,
        source: source.to_owned(),
        protocol: Protocol::Segment,
        code: code.to_owned(),
        field: Some("timestamp".to_owned()),
        reason: "`timestamp` is no time; write 2024-03-13T10:21:14Z".to_owned(),
        original: original.to_owned(),
    }
}

fn all(letters: &DeadLetters) -> Vec<DeadLetter> {
    letters.page(&LetterFilter::default(), None, PAGE_MAX).unwrap().letters
}

#[test]
fn letters_are_there_again_after_a_restart_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live");
    let letters = DeadLetters::open(path.clone()).unwrap();
    letters
        .keep(vec![refused("web", "time_unreadable", "{\"n\":1}"), refused("app", "event_missing", "{\"n\":2}")])
        .unwrap();
    letters.keep(vec![refused("web", "event_missing", "{\"客户\":\"一\n二\"}")]).unwrap();
    letters.replayed(vec![1], 77).unwrap();
    let before = all(&letters);
    assert_eq!(before.iter().map(|letter| letter.id).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((before[0].letter.original.as_str(), before[2].replayed_us), ("{\"客户\":\"一\n二\"}", Some(77)));
    let again = DeadLetters::open(path).unwrap();
    assert_eq!(all(&again), before);
    again.keep(vec![refused("web", "event_missing", "{}")]).unwrap();
    assert_eq!(all(&again)[0].id, 4);
}

#[test]
fn filters_pages_and_counts_speak_of_the_same_letters() {
    let folder = tempfile::tempdir().unwrap();
    let letters = DeadLetters::open(folder.path().join("live")).unwrap();
    letters
        .keep((0..10).map(|n| refused(if n % 3 == 0 { "web" } else { "app" }, "event_missing", "{}")).collect())
        .unwrap();
    letters.replayed(vec![1, 2], 5).unwrap();
    let filter = LetterFilter { source: Some("app".to_owned()), waiting: true, ..LetterFilter::default() };
    let first = letters.page(&filter, None, 3).unwrap();
    let second = letters.page(&filter, first.next, 3).unwrap();
    let ids = |page: &LetterPage| page.letters.iter().map(|letter| letter.id).collect::<Vec<_>>();
    assert_eq!((ids(&first), ids(&second), second.next), (vec![9, 8, 6], vec![5, 3], None));
    let counts: Vec<_> = letters.counts().into_iter().map(|count| (count.source, count.count)).collect();
    assert_eq!(counts, [("app".to_owned(), 5), ("web".to_owned(), 3)]);
    let chosen = LetterFilter { ids: vec![4, 5, 99], ..LetterFilter::default() };
    assert_eq!(ids(&letters.page(&chosen, None, 10).unwrap()), [5, 4]);
}

#[test]
fn a_line_cut_short_by_a_crash_is_cut_off_wherever_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live");
    let letters = DeadLetters::open(path.clone()).unwrap();
    letters.keep(vec![refused("web", "event_missing", "{\"n\":1}")]).unwrap();
    letters.keep(vec![refused("web", "event_missing", "{\"n\":2}")]).unwrap();
    let file = files_of(&path).unwrap().remove(0);
    let text = fs::read(&file).unwrap();
    let first = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for cut in first..text.len() {
        fs::write(&file, &text[..cut]).unwrap();
        let again = DeadLetters::open(path.clone()).unwrap();
        assert_eq!(all(&again).len(), 1, "cut at {cut}");
        again.keep(vec![refused("web", "event_missing", "{\"n\":3}")]).unwrap();
        let after = DeadLetters::open(path.clone()).unwrap();
        assert_eq!(all(&after).iter().map(|letter| letter.id).collect::<Vec<_>>(), [2, 1], "cut at {cut}");
    }
}

#[test]
fn the_oldest_go_when_there_are_too_many_and_it_is_known_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let letters = DeadLetters::open(folder.path().join("live")).unwrap();
    let long = "x".repeat(FILE_BYTES as usize);
    for n in 0..FILES_MAX + 3 {
        letters.keep(vec![refused("web", "event_too_large", &format!("{n}{long}"))]).unwrap();
    }
    assert_eq!(letters.dropped(), 3);
    assert_eq!(letters.counts()[0].count, FILES_MAX as u64);
    let again = DeadLetters::open(folder.path().join("live")).unwrap();
    assert_eq!((again.dropped(), again.counts()[0].count), (3, FILES_MAX as u64));
    assert_eq!(again.page(&LetterFilter::default(), None, 1).unwrap().letters[0].id, FILES_MAX as u64 + 3);
}

#[test]
fn what_comes_again_while_it_waits_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live");
    let same = || refused("web", "event_missing", "{\"n\":1}");
    let mut letters = DeadLetters::open(path.clone()).unwrap();
    letters.keep(vec![same(), same(), refused("app", "event_missing", "{\"n\":1}")]).unwrap();
    for _ in 0..2 {
        // Sent again by one who was not answered, also after a restart.
        letters.keep(vec![same(), same()]).unwrap();
        letters.keep(vec![same()]).unwrap();
        assert_eq!(all(&letters).len(), 3);
        letters = DeadLetters::open(path.clone()).unwrap();
    }
    letters.keep(vec![same(), same(), same()]).unwrap();
    assert_eq!(all(&letters).len(), 4, "a third equal one of one letter is another");
    letters.replayed(vec![1, 1, 2], 5).unwrap();
    for letters in [&letters, &DeadLetters::open(path.clone()).unwrap()] {
        letters.keep(vec![same()]).unwrap();
        assert_eq!(all(letters).len(), 4, "one still waits");
    }
    letters.replayed(vec![4], 6).unwrap();
    letters.keep(vec![same()]).unwrap();
    assert_eq!(all(&letters).iter().map(|letter| letter.id).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
}

/// Bytes changed at random: every letter that is shown is one that was kept, all else is counted, and more can be kept.
#[test]
fn damaged_files_show_what_is_whole_and_count_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live");
    let letters = DeadLetters::open(path.clone()).unwrap();
    for n in 0..12 {
        letters.keep(vec![refused("web", "event_missing", &format!("{{\"n\":{n},\"客\":\"户\"}}"))]).unwrap();
    }
    letters.replayed(vec![3, 7], 77).unwrap();
    let file = files_of(&path).unwrap().remove(0);
    let text = fs::read(&file).unwrap();
    let mut state = 9_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let mut seen_damage = 0;
    for case in 0..800 {
        let mut bytes = text.clone();
        for _ in 0..1 + below(3) {
            let at = below(bytes.len());
            let end = (at + 1 + below(80)).min(bytes.len());
            match below(5) {
                0 => bytes[at] ^= 1 << below(8),
                1 => bytes[at..end].fill(0),
                2 => bytes[at] = b"0123456789\"{}\n"[below(14)],
                3 => drop(bytes.drain(at..end)),
                _ => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        fs::write(&file, &bytes).unwrap();
        let found = DeadLetters::open(path.clone()).unwrap();
        let shown = found.page(&LetterFilter::default(), None, PAGE_MAX).unwrap().letters;
        assert!(shown.windows(2).all(|pair| pair[0].id > pair[1].id), "case {case}");
        seen_damage += usize::from(found.damaged() > 0);
        found.keep(vec![refused("web", "event_missing", "{\"new\":1}")]).unwrap();
        let again = DeadLetters::open(path.clone()).unwrap();
        let newest = again.page(&LetterFilter::default(), None, 1).unwrap().letters.remove(0);
        assert_eq!(newest.letter.original, "{\"new\":1}", "case {case}");
    }
    assert!(seen_damage > 200, "{seen_damage}");
}
