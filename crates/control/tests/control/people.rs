//! People, their sessions, memberships and invitations, with clocks of the test's own.

use control::limits::{INVITATION_US, SESSION_IDLE_US, SESSION_SEEN_US, SESSION_US, SESSIONS_MAX};
use control::{Control, Error, Joining, NewInvitation, NewPerson, Person, PersonChange};
use model::access::Role;

use crate::{new_workspace, with_workspaces};

pub(crate) const NOW: i64 = 1_700_000_000_000_000;

fn new(name: &str, administrator: bool) -> NewPerson {
    NewPerson {
        id: format!("id-{name}"),
        email: format!("{name}@example.com"),
        name: name.to_owned(),
        password_hash: "secret hash".to_owned(),
        administrator,
        at_us: NOW,
    }
}

pub(crate) async fn make(control: &Control, name: &str) -> Person {
    control.create_person(new(name, false)).await.unwrap()
}

pub(crate) fn disabled(disabled: bool) -> PersonChange {
    PersonChange { disabled: Some(disabled), ..PersonChange::default() }
}

async fn is_on(control: &Control, token: &str, at_us: i64) -> bool {
    control.session(token, at_us).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_ends_unused_and_ends_however_busy() {
    let control = Control::open_in_memory().await.unwrap();
    let lin = make(&control, "lin").await;
    control.begin_session("t", &lin.id, NOW).await.unwrap();
    assert_eq!(control.session("t", NOW).await.unwrap(), Some(lin.clone()));
    assert!(!is_on(&control, "T", NOW).await && !is_on(&control, "", NOW).await);
    // Used or not within the minute, what was written down last counts.
    assert!(is_on(&control, "t", NOW + SESSION_SEEN_US - 1).await);
    assert!(!is_on(&control, "t", NOW + SESSION_IDLE_US).await);
    let mut at = NOW;
    while at + SESSION_IDLE_US / 2 < NOW + SESSION_US {
        at += SESSION_IDLE_US / 2;
        assert!(is_on(&control, "t", at).await, "used every half of the idle time");
    }
    assert!(is_on(&control, "t", NOW + SESSION_US - 1).await);
    assert!(!is_on(&control, "t", NOW + SESSION_US).await);
    // Another sign-in clears what is over away.
    control.begin_session("u", &lin.id, NOW + SESSION_US).await.unwrap();
    assert!(!is_on(&control, "t", NOW + 1).await);
}

#[tokio::test]
async fn sessions_end_with_what_they_rest_on() {
    let control = Control::open_in_memory().await.unwrap();
    let lin = make(&control, "lin").await;
    let begin = async |token: &str| control.begin_session(token, &lin.id, NOW).await.unwrap();
    for token in ["a", "b", "c"] {
        begin(token).await;
    }
    control.end_session("a").await.unwrap();
    control.end_session("a").await.unwrap();
    assert!(!is_on(&control, "a", NOW).await && is_on(&control, "b", NOW).await);
    control.set_password(&lin.id, "another".into(), Some("b")).await.unwrap();
    assert!(is_on(&control, "b", NOW).await && !is_on(&control, "c", NOW).await);
    control.change_person(&lin.id, disabled(true), NOW).await.unwrap();
    assert!(!is_on(&control, "b", NOW).await);
    control.change_person(&lin.id, disabled(false), NOW).await.unwrap();
    assert!(!is_on(&control, "b", NOW).await, "what ended stays ended");

    for i in 0..SESSIONS_MAX + 3 {
        control.begin_session(&format!("s{i}"), &lin.id, NOW + i as i64).await.unwrap();
    }
    let now = NOW + SESSIONS_MAX as i64 + 3;
    assert!(!is_on(&control, "s2", now).await && is_on(&control, "s3", now).await, "the oldest give way");
}

#[tokio::test]
async fn an_email_is_one_person_however_it_is_typed() {
    let control = Control::open_in_memory().await.unwrap();
    let lin =
        control.create_person(NewPerson { email: " Lin@Example.COM ".into(), ..new("lin", false) }).await.unwrap();
    assert_eq!(lin.email, "lin@example.com");
    let again = NewPerson { id: "other".into(), ..new("lin", false) };
    assert!(matches!(control.create_person(again).await, Err(Error::PersonExists)));
    let known = control.credentials("LIN@example.com").await.unwrap().unwrap();
    assert_eq!((&known.person, known.password_hash.as_str()), (&lin, "secret hash"));
    let printed = format!("{known:?} {:?}", new("lin", false));
    assert!(!printed.contains("secret") && !printed.contains("example.com"), "{printed}");
    for email in ["", "lin", "lin@", "@example.com", "a b@example.com", "a@b@c", "lin@example.com\nbcc: x"] {
        let wrong = NewPerson { id: "x".into(), email: email.into(), ..new("x", false) };
        assert!(matches!(control.create_person(wrong).await, Err(Error::Invalid { .. })), "{email}");
    }
    assert!(matches!(control.create_first_person(new("mo", false)).await, Err(Error::SetUp)));
}

#[tokio::test]
async fn administrators_own_what_nobody_owns() {
    let control = with_workspaces().await;
    let first = control.create_first_person(new("first", false)).await.unwrap();
    assert!(first.administrator);
    let owned = |ids: &[&str]| ids.iter().map(|id| ((*id).to_owned(), Role::Owner.into())).collect::<Vec<_>>();
    assert_eq!(control.standings_of(&first.id).await.unwrap(), owned(&["other", "shop"]));
    let second = control.create_person(new("second", true)).await.unwrap();
    assert_eq!(control.standings_of(&second.id).await.unwrap(), [], "they have owners");
    control.create_workspace(new_workspace("new")).await.unwrap();
    assert_eq!(control.standings_of(&second.id).await.unwrap(), owned(&["new"]));

    control.force_disabled(&first.id, true, NOW).await.unwrap();
    let third = control.create_person(new("third", true)).await.unwrap();
    assert_eq!(control.standings_of(&third.id).await.unwrap(), owned(&["other", "shop"]), "their owner cannot sign in");
    control.delete_workspace("shop").await.unwrap();
    assert_eq!(control.standings_of(&third.id).await.unwrap(), owned(&["other"]));
}

#[tokio::test]
async fn neither_workspaces_nor_the_installation_are_left_alone() {
    let control = with_workspaces().await;
    let first = control.create_first_person(new("first", false)).await.unwrap();
    let lin = make(&control, "lin").await;
    let demoted = PersonChange { administrator: Some(false), ..PersonChange::default() };
    assert!(matches!(control.change_person(&first.id, demoted.clone(), NOW).await, Err(Error::LastAdministrator)));
    assert!(matches!(control.change_person(&first.id, disabled(true), NOW).await, Err(Error::LastAdministrator)));
    assert!(matches!(control.remove_member("shop", &first.id).await, Err(Error::LastOwner(id)) if id == "shop"));
    let down = control.set_role("shop", &first.id, Role::Editor, NOW).await;
    assert!(matches!(down, Err(Error::LastOwner(_))));
    assert_eq!(control.standing("shop", &first.id).await.unwrap(), Some(Role::Owner.into()), "nothing was written");

    assert_eq!(control.set_role("shop", &lin.id, Role::Viewer, NOW).await.unwrap(), None);
    assert_eq!(control.set_role("shop", &lin.id, Role::Owner, NOW).await.unwrap(), Some(Role::Viewer.into()));
    let promoted = PersonChange { administrator: Some(true), ..PersonChange::default() };
    control.change_person(&lin.id, promoted, NOW).await.unwrap();
    let refused = control.change_person(&first.id, disabled(true), NOW).await;
    assert!(matches!(refused, Err(Error::LastOwner(id)) if id == "other"), "lin owns `shop` alone");
    assert_eq!(control.remove_member("shop", &first.id).await.unwrap(), Role::Owner);
    control.set_role("other", &lin.id, Role::Owner, NOW).await.unwrap();
    assert!(control.change_person(&first.id, disabled(true), NOW).await.unwrap().disabled);
    // An owner who cannot sign in is none.
    assert!(matches!(control.remove_member("other", &lin.id).await, Err(Error::LastOwner(_))));
    assert!(matches!(control.remove_member("shop", &first.id).await, Err(Error::NotFound { .. })));
    assert!(matches!(control.set_role("shop", "nobody", Role::Viewer, NOW).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_and_in_time() {
    let control = with_workspaces().await;
    let invite = async |id: &str, token: &str, email: &str, role: Role| {
        let (id, workspace) = (id.to_owned(), "shop");
        control.invite(NewInvitation { id, token, workspace, email, standing: role.into(), at_us: NOW }).await
    };
    let made = invite("i1", "t1", "Lin@example.com", Role::Editor).await.unwrap();
    assert_eq!((made.email.as_str(), made.expires_at_us), ("lin@example.com", NOW + INVITATION_US));
    invite("i2", "t2", "lin@example.com", Role::Analyst).await.unwrap();
    assert_eq!(control.invitation("t1", NOW).await.unwrap(), None, "the newer one stands in its place");
    assert_eq!(control.invitations("shop", NOW).await.unwrap().len(), 1);
    assert_eq!(control.invitations("other", NOW).await.unwrap(), []);
    let late = NOW + INVITATION_US;
    assert_eq!(control.invitation("t2", late).await.unwrap(), None);
    let who = Joining::New(NewPerson { email: "evil@example.com".into(), ..new("lin", true) });
    assert!(control.accept_invitation("t2", who.clone(), late).await.is_err());

    let (_, lin) = control.accept_invitation("t2", who.clone(), NOW + 1).await.unwrap();
    assert_eq!((lin.email.as_str(), lin.administrator), ("lin@example.com", false), "as invited, not as said");
    assert_eq!(control.standing("shop", &lin.id).await.unwrap(), Some(Role::Analyst.into()));
    assert!(matches!(control.accept_invitation("t2", who, NOW + 2).await, Err(Error::NotFound { .. })));
    assert!(matches!(invite("i3", "t3", "lin@example.com", Role::Viewer).await, Err(Error::MemberExists)));

    // Somebody known, who meanwhile got a higher role, keeps it.
    let mo = make(&control, "mo").await;
    invite("i4", "t4", "mo@example.com", Role::Viewer).await.unwrap();
    control.set_role("shop", &mo.id, Role::Editor, NOW).await.unwrap();
    control.accept_invitation("t4", Joining::Known, NOW).await.unwrap();
    assert_eq!(control.standing("shop", &mo.id).await.unwrap(), Some(Role::Editor.into()));

    invite("i5", "t5", "bo@example.com", Role::Viewer).await.unwrap();
    assert!(matches!(control.withdraw_invitation("other", "i5").await, Err(Error::NotFound { .. })));
    control.withdraw_invitation("shop", "i5").await.unwrap();
    assert_eq!(control.invitation("t5", NOW).await.unwrap(), None);
}
