//! Who may do what: the roles of a person in a workspace, what each lets them do, and what is written down about it.
//!
//! Roles are in one order and each contains the one below, so a right is the lowest role that has it. Not here: who
//! has which role (`control`), and which request needs which ability (`server`).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::stores::Stores;

/// What a person is in a workspace. The order is that of what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads maps and answers, never single customers.
    Viewer,
    /// Also asks in SQL, saves views and segments, comments on maps, exports, and sees customers and their timelines.
    Analyst,
    /// Also changes journeys, sources and traffic rules, handles pains and proposals, and decides who is one customer.
    Editor,
    /// Also says who is a member, hands out the keys of sources, sets the rules of identities, and reads the audit log.
    Owner,
}

/// What a member is: a role, and for some of the roles the stores it ends at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    /// None: the whole workspace.
    pub stores: Option<Stores>,
}

/// Why somebody cannot be a member so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only viewers and analysts can be limited to stores: what an {} changes is the whole workspace's", .0.id())]
pub struct NotLimited(pub Role);

impl Standing {
    /// # Errors
    /// When a role that changes what is everybody's is to be limited.
    pub fn new(role: Role, stores: Option<Stores>) -> Result<Standing, NotLimited> {
        match stores {
            Some(_) if role > Role::Analyst => Err(NotLimited(role)),
            stores => Ok(Standing { role, stores }),
        }
    }

    /// What whoever is both becomes: the higher role as it is limited, and of equal roles the stores of both. Neither
    /// role reaches where only the other one does.
    pub fn joined(self, other: Standing) -> Standing {
        match self.role.cmp(&other.role) {
            Ordering::Greater => self,
            Ordering::Less => other,
            Ordering::Equal => {
                let stores = match (&self.stores, &other.stores) {
                    // More than a limit can name: the former stays.
                    (Some(one), Some(more)) => Some(one.union(more).unwrap_or_else(|_| one.clone())),
                    _ => None,
                };
                Standing { role: self.role, stores }
            }
        }
    }
}

impl From<Role> for Standing {
    /// In the whole workspace.
    fn from(role: Role) -> Standing {
        Standing { role, stores: None }
    }
}

/// Something a role lets a person do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Maps, answers to questions, definitions, pains, proposals, reference tables: numbers about many.
    ReadAnswers,
    /// Keep views of pages under an address.
    SaveViews,
    /// Change and delete segments.
    SaveSegments,
    /// Say something about a map.
    Comment,
    /// Any statement over the events, so also about single customers.
    AskSql,
    /// Take answers away as files.
    Export,
    /// The customers behind a number, their events and their words.
    SeeCustomers,
    /// Change definitions of journeys and of sites.
    ChangeJourneys,
    /// Keep pains that were found, and say what is done about them.
    HandlePains,
    /// Propose, accept, finish; say what was changed on which day.
    HandleProposals,
    /// Sources, what is read again of their dead letters, and what is written about the names they send.
    ManageSources,
    /// The keys of sources.
    ManageKeys,
    /// The rules by which traffic is classified.
    ChangeTraffic,
    /// Which identifiers are one customer and which are not, case by case.
    DecideIdentity,
    /// The rules by which identifiers are one customer.
    ChangeIdentityPolicy,
    /// Members, their roles, invitations.
    ManageMembers,
    /// Who saw and did what.
    ReadAudit,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Analyst, Role::Editor, Role::Owner];

    /// The word for it in answers and in the database.
    pub fn id(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Analyst => "analyst",
            Role::Editor => "editor",
            Role::Owner => "owner",
        }
    }

    pub fn by_id(id: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.id() == id)
    }

    pub fn may(self, ability: Ability) -> bool {
        self >= ability.role()
    }
}

impl Ability {
    pub const ALL: [Ability; 17] = [
        Ability::ReadAnswers,
        Ability::SaveViews,
        Ability::SaveSegments,
        Ability::Comment,
        Ability::AskSql,
        Ability::Export,
        Ability::SeeCustomers,
        Ability::ChangeJourneys,
        Ability::HandlePains,
        Ability::HandleProposals,
        Ability::ManageSources,
        Ability::ManageKeys,
        Ability::ChangeTraffic,
        Ability::DecideIdentity,
        Ability::ChangeIdentityPolicy,
        Ability::ManageMembers,
        Ability::ReadAudit,
    ];

    /// The lowest role that has it.
    pub fn role(self) -> Role {
        match self {
            Ability::ReadAnswers => Role::Viewer,
            Ability::SaveViews
            | Ability::SaveSegments
            | Ability::Comment
            | Ability::AskSql
            | Ability::Export
            | Ability::SeeCustomers => Role::Analyst,
            Ability::ChangeJourneys
            | Ability::HandlePains
            | Ability::HandleProposals
            | Ability::ManageSources
            | Ability::ChangeTraffic
            | Ability::DecideIdentity => Role::Editor,
            Ability::ManageKeys | Ability::ChangeIdentityPolicy | Ability::ManageMembers | Ability::ReadAudit => {
                Role::Owner
            }
        }
    }
}

/// What an entry of the audit log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The first administrator was made.
    Setup,
    SignIn,
    SignInRefused,
    SignOut,
    PasswordChange,
    /// A person was made, renamed, disabled, or made administrator, or no longer one.
    PersonChange,
    MemberChange,
    MemberRemoval,
    Invitation,
    InvitationWithdrawal,
    InvitationAcceptance,
    JourneyChange,
    SegmentChange,
    SegmentDeletion,
    SiteChange,
    SiteDeletion,
    /// Raw positions of a site were removed.
    PositionsRemoval,
    /// A sensor was added or changed.
    SensorChange,
    SensorDeletion,
    /// The key of a sensor was replaced.
    SensorKey,
    /// A forecast of a layout was written down.
    PlaceForecast,
    PlaceForecastDeletion,
    PainChange,
    ProposalChange,
    /// Something was said to have changed on a day, or what is said of it was changed.
    DatedChange,
    DatedChangeDeletion,
    /// A comment was written, changed, settled or opened again.
    Comment,
    CommentDeletion,
    /// A view was named, renamed, pinned to a map or unpinned.
    NamedViewChange,
    NamedViewDeletion,
    SourceChange,
    SourceDeletion,
    /// A key of a source was made or replaced.
    SourceKey,
    SourceKeyDeletion,
    /// Dead letters were read again.
    RejectionReplay,
    /// A file was begun to be imported.
    Import,
    ImportCancellation,
    TrafficChange,
    /// It was decided who is one customer, or a decision was undone.
    IdentityDecision,
    IdentityPolicyChange,
    /// What is written about a name in the data dictionary.
    DictionaryChange,
    WorkspaceCreation,
    Export,
    /// The people behind a number, or what they said.
    CustomersSeen,
    CustomerSearch,
    TimelineSeen,
    Sql,
}

impl Action {
    pub const ALL: [Action; 47] = [
        Action::Setup,
        Action::SignIn,
        Action::SignInRefused,
        Action::SignOut,
        Action::PasswordChange,
        Action::PersonChange,
        Action::MemberChange,
        Action::MemberRemoval,
        Action::Invitation,
        Action::InvitationWithdrawal,
        Action::InvitationAcceptance,
        Action::JourneyChange,
        Action::SegmentChange,
        Action::SegmentDeletion,
        Action::SiteChange,
        Action::SiteDeletion,
        Action::PositionsRemoval,
        Action::SensorChange,
        Action::SensorDeletion,
        Action::SensorKey,
        Action::PlaceForecast,
        Action::PlaceForecastDeletion,
        Action::PainChange,
        Action::ProposalChange,
        Action::DatedChange,
        Action::DatedChangeDeletion,
        Action::Comment,
        Action::CommentDeletion,
        Action::NamedViewChange,
        Action::NamedViewDeletion,
        Action::SourceChange,
        Action::SourceDeletion,
        Action::SourceKey,
        Action::SourceKeyDeletion,
        Action::RejectionReplay,
        Action::Import,
        Action::ImportCancellation,
        Action::TrafficChange,
        Action::IdentityDecision,
        Action::IdentityPolicyChange,
        Action::DictionaryChange,
        Action::WorkspaceCreation,
        Action::Export,
        Action::CustomersSeen,
        Action::CustomerSearch,
        Action::TimelineSeen,
        Action::Sql,
    ];

    /// The word for it in answers and in the database, where it stays for ever.
    pub fn id(self) -> &'static str {
        match self {
            Action::Setup => "setup",
            Action::SignIn => "sign_in",
            Action::SignInRefused => "sign_in_refused",
            Action::SignOut => "sign_out",
            Action::PasswordChange => "password_change",
            Action::PersonChange => "person_change",
            Action::MemberChange => "member_change",
            Action::MemberRemoval => "member_removal",
            Action::Invitation => "invitation",
            Action::InvitationWithdrawal => "invitation_withdrawal",
            Action::InvitationAcceptance => "invitation_acceptance",
            Action::JourneyChange => "journey_change",
            Action::SegmentChange => "segment_change",
            Action::SegmentDeletion => "segment_deletion",
            Action::SiteChange => "site_change",
            Action::SiteDeletion => "site_deletion",
            Action::PositionsRemoval => "positions_removal",
            Action::SensorChange => "sensor_change",
            Action::SensorDeletion => "sensor_deletion",
            Action::SensorKey => "sensor_key",
            Action::PlaceForecast => "place_forecast",
            Action::PlaceForecastDeletion => "place_forecast_deletion",
            Action::PainChange => "pain_change",
            Action::ProposalChange => "proposal_change",
            Action::DatedChange => "dated_change",
            Action::DatedChangeDeletion => "dated_change_deletion",
            Action::Comment => "comment",
            Action::CommentDeletion => "comment_deletion",
            Action::NamedViewChange => "named_view_change",
            Action::NamedViewDeletion => "named_view_deletion",
            Action::SourceChange => "source_change",
            Action::SourceDeletion => "source_deletion",
            Action::SourceKey => "source_key",
            Action::SourceKeyDeletion => "source_key_deletion",
            Action::RejectionReplay => "rejection_replay",
            Action::Import => "import",
            Action::ImportCancellation => "import_cancellation",
            Action::TrafficChange => "traffic_change",
            Action::IdentityDecision => "identity_decision",
            Action::IdentityPolicyChange => "identity_policy_change",
            Action::DictionaryChange => "dictionary_change",
            Action::WorkspaceCreation => "workspace_creation",
            Action::Export => "export",
            Action::CustomersSeen => "customers_seen",
            Action::CustomerSearch => "customer_search",
            Action::TimelineSeen => "timeline_seen",
            Action::Sql => "sql",
        }
    }

    pub fn by_id(id: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_serialised_form() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).ok(), Some(role.id().into()));
            assert_eq!(Role::by_id(role.id()), Some(role));
        }
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).ok(), Some(action.id().into()));
            assert_eq!(Action::by_id(action.id()), Some(action));
        }
    }

    #[test]
    fn only_those_who_change_nothing_are_limited_and_joining_reaches_no_further_than_either() {
        let stores = |name: &str| Some(Stores::new([name.to_owned()]).unwrap());
        for role in Role::ALL {
            assert_eq!(Standing::new(role, stores("s1")).is_ok(), role <= Role::Analyst, "{role:?}");
        }
        let one = Standing::new(Role::Analyst, stores("s1")).unwrap();
        let two = Standing::new(Role::Analyst, stores("s2")).unwrap();
        assert_eq!(one.clone().joined(two).stores.unwrap().names(), ["s1", "s2"]);
        assert_eq!(one.clone().joined(Role::Viewer.into()), one, "a viewer of all is no analyst of all");
        assert_eq!(one.joined(Role::Analyst.into()).stores, None);
    }

    #[test]
    fn a_higher_role_may_all_a_lower_one_may_and_something_more() {
        let count = |role: Role| Ability::ALL.into_iter().filter(|ability| role.may(*ability)).count();
        for pair in Role::ALL.windows(2) {
            assert!(Ability::ALL.into_iter().all(|ability| !pair[0].may(ability) || pair[1].may(ability)));
            assert!(count(pair[1]) > count(pair[0]), "{pair:?}");
        }
        assert_eq!(count(Role::Viewer), 1, "a viewer reads, and nothing else");
        assert_eq!(count(Role::Owner), Ability::ALL.len());
    }
}
