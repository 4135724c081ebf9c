use control::{Control, ErrorKind, SaveInfo, Writer};
use model::comment::Comment;

use crate::{journey, with_workspaces};

fn writer(id: &str, at_us: i64) -> Writer {
    Writer { id: id.into(), name: id.to_uppercase(), at_us }
}

fn says(text: &str) -> Comment {
    Comment { text: text.into(), stage: None, touchpoint: None, reply_to: None }
}

async fn shop() -> Control {
    let control = with_workspaces().await;
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    control
}

#[tokio::test]
async fn a_comment_is_about_something_there_and_is_answered_once_deep() {
    let control = shop().await;
    let about = Comment { stage: Some("buy".into()), ..says("why do they leave?") };
    let kept = control.add_comment("shop", "buy", &about, writer("lin", 10)).await.unwrap();
    assert_eq!((kept.journey.as_str(), kept.created_by.as_str(), &kept.comment), ("buy", "LIN", &about));
    let answer = Comment { reply_to: Some(kept.id), ..says("costs") };
    let answer = control.add_comment("shop", "buy", &answer, writer("mo", 20)).await.unwrap();
    for (wrong, field) in [
        (Comment { stage: Some("none".into()), ..says("x") }, "stage"),
        (Comment { touchpoint: Some("none".into()), ..about.clone() }, "touchpoint"),
        (Comment { reply_to: Some(answer.id), ..says("x") }, "reply_to"),
        (Comment { reply_to: Some(answer.id + 1), ..says("x") }, "reply_to"),
        (says(" "), "text"),
    ] {
        let error = control.add_comment("shop", "buy", &wrong, writer("lin", 30)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Invalid && error.to_string().starts_with(field), "{error}");
    }
    let elsewhere = control.add_comment("other", "buy", &says("x"), writer("lin", 30)).await.unwrap_err();
    assert_eq!(elsewhere.kind(), ErrorKind::NotFound);
    let listed = control.comments("shop", "buy").await.unwrap();
    let authors: Vec<_> = listed.iter().map(|of| (of.kept.id, of.author_id.as_str())).collect();
    assert_eq!(authors, [(kept.id, "lin"), (answer.id, "mo")]);
    assert!(control.comments("other", "buy").await.unwrap().is_empty());
}

#[tokio::test]
async fn words_change_threads_are_settled_and_go_with_their_answers() {
    let control = shop().await;
    let first = control.add_comment("shop", "buy", &says("a"), writer("lin", 1)).await.unwrap();
    let other = control.add_comment("shop", "buy", &says("b"), writer("lin", 2)).await.unwrap();
    let answer = Comment { reply_to: Some(first.id), ..says("c") };
    let answer = control.add_comment("shop", "buy", &answer, writer("mo", 3)).await.unwrap();
    let change = |id: i64, text: Option<&'static str>, settled: Option<bool>, by: &str, at_us: i64| {
        control.change_comment("shop", id, text, settled, writer(by, at_us))
    };
    let edited = change(first.id, Some("aa"), None, "lin", 10).await.unwrap();
    assert_eq!((edited.comment.text.as_str(), edited.edited_at_us), ("aa", Some(10)));
    assert_eq!(change(first.id, Some("aa"), None, "lin", 11).await.unwrap(), edited, "it says so already");
    assert_eq!(change(first.id, Some(""), Some(true), "lin", 12).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert!(change(answer.id, Some("cc"), Some(true), "mo", 13).await.is_err(), "both or nothing");
    let listed = control.comments("shop", "buy").await.unwrap();
    assert!(listed.iter().any(|of| of.kept == edited) && listed.iter().any(|of| of.kept == answer));
    let settled = change(first.id, None, Some(true), "mo", 20).await.unwrap();
    assert_eq!((settled.resolved_at_us, settled.resolved_by.as_deref()), (Some(20), Some("MO")));
    assert_eq!(change(first.id, None, Some(true), "lin", 21).await.unwrap(), settled);
    let open = change(first.id, None, Some(false), "lin", 22).await.unwrap();
    assert_eq!((open.resolved_at_us, open.resolved_by), (None, None));
    assert!(!control.delete_comment("other", first.id).await.unwrap());
    assert!(control.delete_comment("shop", first.id).await.unwrap());
    let left: Vec<_> = control.comments("shop", "buy").await.unwrap().into_iter().map(|of| of.kept.id).collect();
    assert_eq!(left, [other.id]);
    assert_eq!(control.comment("shop", answer.id).await.unwrap(), None);
    assert_eq!(change(first.id, Some("x"), None, "lin", 30).await.unwrap_err().kind(), ErrorKind::NotFound);
}
