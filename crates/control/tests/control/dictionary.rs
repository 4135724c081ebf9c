use control::{Error, SaveInfo};
use model::dictionary::{DictionaryNote, DictionarySubject, NameStatus};

use crate::with_workspaces;

fn saved(at_us: i64) -> SaveInfo {
    SaveInfo { at_us, by: "lin".to_owned(), ..SaveInfo::default() }
}

#[tokio::test]
async fn notes_keep_every_version_and_events_and_properties_apart() {
    let control = with_workspaces().await;
    let (event, property) = (DictionarySubject::Event("plan".into()), DictionarySubject::Property("plan".into()));
    let note =
        DictionaryNote { title: "套餐".into(), status: Some(NameStatus::Expected), ..DictionaryNote::default() };
    let done = control.save_dictionary_note("shop", &event, &note, saved(1)).await.unwrap();
    assert_eq!((done.version, done.created), (1, true));
    assert!(!control.save_dictionary_note("shop", &event, &note, saved(2)).await.unwrap().created);
    let changed = DictionaryNote { owner: "王芳".into(), ..note.clone() };
    let stale = SaveInfo { expected_version: Some(0), ..saved(3) };
    let refused = control.save_dictionary_note("shop", &event, &changed, stale).await.unwrap_err();
    assert!(matches!(refused, Error::Changed { found: 1, expected: 0, .. }), "{refused}");
    assert_eq!(control.save_dictionary_note("shop", &event, &changed, saved(4)).await.unwrap().version, 2);
    control.save_dictionary_note("shop", &property, &note, saved(5)).await.unwrap();
    let nothing = DictionaryNote::default();
    assert!(!control.save_dictionary_note("other", &event, &nothing, saved(6)).await.unwrap().created);

    let notes = control.dictionary_notes("shop").await.unwrap();
    let lines: Vec<_> = notes.iter().map(|(of, stored)| (of, &stored.note, stored.version)).collect();
    assert_eq!(lines, [(&event, &changed, 2), (&property, &note, 1)]);
    assert!(control.dictionary_notes("other").await.unwrap().is_empty(), "workspaces do not mix");
    let versions = control.dictionary_note_versions("shop", &event).await.unwrap();
    assert_eq!(versions.iter().map(|of| (of.version, of.saved_at_us)).collect::<Vec<_>>(), [(2, 4), (1, 1)]);

    let long = DictionaryNote { title: "x".repeat(501), ..nothing };
    for (of, note) in [(&event, &long), (&DictionarySubject::Event(" ".into()), &note)] {
        let refused = control.save_dictionary_note("shop", of, note, saved(7)).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { .. }), "{refused}");
    }
}
