//! Who comes in by an account at an identity provider, and as whom.

use control::{Error, NewInvitation, Newcomer, ProviderAccount};
use model::access::{Role, Standing};
use model::stores::Stores;

use crate::people::{NOW, disabled, make};
use crate::with_workspaces;

fn account(subject: &str, email: &str) -> ProviderAccount {
    let (issuer, name) = ("https://login.example".to_owned(), subject.to_owned());
    ProviderAccount { issuer, subject: subject.to_owned(), email: email.to_owned(), name }
}

#[tokio::test]
async fn the_account_stays_a_persons_when_its_address_changes() {
    let control = with_workspaces().await;
    let lin = make(&control, "lin").await;
    let entered = control.enter(&account("a1", "Lin@Example.com"), None, "x1", NOW).await.unwrap();
    assert_eq!((entered.person.id.as_str(), entered.made), (lin.id.as_str(), false));
    let moved = control.enter(&account("a1", "lin.new@example.com"), None, "x2", NOW).await.unwrap();
    assert_eq!(moved.person.id, lin.id);
    // The address went to somebody else at the provider: they are not Lin.
    let other = control.enter(&account("a2", "lin@example.com"), None, "x3", NOW).await;
    assert!(matches!(other, Err(Error::AccountOfAnother)), "{other:?}");
    // Another provider's account of the same address is one more way in.
    let elsewhere = ProviderAccount { issuer: "https://other.example".into(), ..account("a2", "lin@example.com") };
    assert_eq!(control.enter(&elsewhere, None, "x4", NOW).await.unwrap().person.id, lin.id);
    control.change_person(&lin.id, disabled(true), NOW).await.unwrap();
    assert!(matches!(
        control.enter(&account("a1", "x@example.com"), None, "x5", NOW).await,
        Err(Error::PersonDisabled)
    ));
}

#[tokio::test]
async fn strangers_come_in_by_invitation_or_where_the_settings_let_them() {
    let control = with_workspaces().await;
    let stranger = account("s1", "mo@example.com");
    assert!(matches!(control.enter(&stranger, None, "mo", NOW).await, Err(Error::NotInvited)));
    assert_eq!(control.credentials("mo@example.com").await.unwrap(), None, "nothing was written");

    let limited = Standing::new(Role::Analyst, Some(Stores::new(["s1".to_owned()]).unwrap())).unwrap();
    let invitation = NewInvitation {
        id: "i1".into(),
        token: "t1",
        workspace: "shop",
        email: "mo@example.com",
        standing: limited.clone(),
        at_us: NOW,
    };
    control.invite(invitation).await.unwrap();
    let entered = control.enter(&stranger, None, "mo", NOW + 1).await.unwrap();
    assert_eq!((entered.made, entered.invitations.len(), entered.person.administrator), (true, 1, false));
    assert_eq!(control.standing("shop", "mo").await.unwrap(), Some(limited));
    assert_eq!(control.invitation("t1", NOW + 2).await.unwrap(), None, "it is taken up");
    assert_eq!(control.credentials("mo@example.com").await.unwrap().unwrap().password_hash, "");

    let newcomer = Newcomer { workspace: "other".into(), standing: Role::Viewer.into() };
    let nameless = ProviderAccount { name: String::new(), ..account("s2", "bo@example.com") };
    let bo = control.enter(&nameless, Some(&newcomer), "bo", NOW).await.unwrap();
    assert_eq!((bo.made, bo.person.name.as_str()), (true, "bo"));
    assert_eq!(control.standing("other", "bo").await.unwrap(), Some(Role::Viewer.into()));
    control.set_role("other", "bo", Role::Analyst, NOW).await.unwrap();
    control.enter(&nameless, Some(&newcomer), "x", NOW).await.unwrap();
    assert_eq!(control.standing("other", "bo").await.unwrap(), Some(Role::Analyst.into()), "only the first time");
    let nowhere = Newcomer { workspace: "nowhere".into(), standing: Role::Viewer.into() };
    let refused = control.enter(&account("s3", "co@example.com"), Some(&nowhere), "co", NOW).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    assert_eq!(control.credentials("co@example.com").await.unwrap(), None);
}
