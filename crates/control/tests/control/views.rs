use control::ErrorKind;
use serde_json::{Value, json};

use crate::with_workspaces;

#[tokio::test]
async fn a_view_is_found_under_its_address_in_its_workspace() {
    let control = with_workspaces().await;
    let view = json!({"v": 1, "page": "map", "period": {"to_us": 2, "from_us": 1}, "text": "找'; --"});
    let hash = control.save_view("shop", &view, 5).await.unwrap();
    assert_eq!(hash.len(), 16);
    assert!(hash.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()), "{hash}");
    let same = json!({"text": "找'; --", "period": {"from_us": 1.0, "to_us": 2}, "page": "map", "v": 1});
    assert_eq!(control.save_view("shop", &same, 6).await.unwrap(), hash);
    assert_ne!(control.save_view("shop", &json!({"v": 1, "page": "maps"}), 7).await.unwrap(), hash);
    assert_eq!(control.view("shop", &hash).await.unwrap(), Some(view.clone()));
    assert_eq!(control.view("other", &hash).await.unwrap(), None);
    assert_eq!(control.save_view("other", &view, 8).await.unwrap(), hash);
    assert_eq!(control.view("shop", "0000000000000000").await.unwrap(), None);
}

#[tokio::test]
async fn what_is_no_view_is_refused() {
    let control = with_workspaces().await;
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let cases: [Value; 7] = [
        json!({}),
        json!([1]),
        json!("v"),
        json!({"v": 0}),
        json!({"v": "1"}),
        json!({"v": 1, "deep": deep}),
        json!({"v": 1, "long": "x".repeat(70_000)}),
    ];
    for view in cases {
        assert_eq!(control.save_view("shop", &view, 1).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert_eq!(control.save_view("none", &json!({"v": 1}), 1).await.unwrap_err().kind(), ErrorKind::NotFound);
}
