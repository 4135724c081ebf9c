//! What every operation of the API asks of its caller, and whether it is written down: the one table.
//!
//! An operation that is not here is refused to everybody, and a test walks the description of the API so that none is
//! forgotten. Operations are named by their `operationId`. Routes that know their callers by a key stand in `doors`
//! and are no part of this.

use std::collections::HashMap;

use axum::http::Method;
use model::access::{Ability, Action};
use utoipa::openapi::OpenApi;

/// What a caller must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Anyone: what comes before signing in.
    Nobody,
    /// Somebody who is signed in.
    SignedIn,
    /// Somebody who manages people.
    Administrator,
    /// A member of the path's `{workspace}` whose role has the ability.
    In(Ability),
}

/// The row of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// Its `operationId`.
    pub operation: &'static str,
    pub need: Need,
    /// What the audit log calls it where it succeeds. None: it is not written down, or its handler says as what.
    pub audit: Option<Action>,
}

const fn row(operation: &'static str, need: Need) -> Right {
    Right { operation, need, audit: None }
}

const fn logged(operation: &'static str, need: Need, action: Action) -> Right {
    Right { operation, need, audit: Some(action) }
}

const READ: Need = Need::In(Ability::ReadAnswers);

/// Every operation, in the order of the description's tags.
pub const RIGHTS: &[Right] = &[
    row("showSession", Need::Nobody),
    logged("signIn", Need::Nobody, Action::SignIn),
    // Only who was signed in is written down, in its handler.
    row("signOut", Need::Nobody),
    logged("changePassword", Need::SignedIn, Action::PasswordChange),
    logged("setUp", Need::Nobody, Action::Setup),
    row("showInvitation", Need::Nobody),
    logged("acceptInvitation", Need::Nobody, Action::InvitationAcceptance),
    row("listPeople", Need::Administrator),
    logged("changePerson", Need::Administrator, Action::PersonChange),
    row("listMembers", Need::In(Ability::ManageMembers)),
    logged("setMember", Need::In(Ability::ManageMembers), Action::MemberChange),
    logged("removeMember", Need::In(Ability::ManageMembers), Action::MemberRemoval),
    logged("invite", Need::In(Ability::ManageMembers), Action::Invitation),
    logged("withdrawInvitation", Need::In(Ability::ManageMembers), Action::InvitationWithdrawal),
    row("listAudit", Need::In(Ability::ReadAudit)),
    row("listWorkspaces", Need::SignedIn),
    logged("createWorkspace", Need::Administrator, Action::WorkspaceCreation),
    row("showWorkspace", READ),
    row("listImports", READ),
    row("listJourneys", READ),
    logged("createJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("showJourney", READ),
    logged("saveJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("downloadJourney", READ),
    row("journeyHierarchy", READ),
    row("listJourneyVersions", READ),
    row("diffJourney", READ),
    logged("restoreJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("listTemplates", Need::SignedIn),
    row("showTemplate", Need::SignedIn),
    logged("exportJourney", Need::In(Ability::Export), Action::Export),
    row("listSegments", READ),
    row("showSegment", READ),
    logged("saveSegment", Need::In(Ability::SaveSegments), Action::SegmentChange),
    logged("deleteSegment", Need::In(Ability::SaveSegments), Action::SegmentDeletion),
    row("listSegmentVersions", READ),
    row("listDimensions", READ),
    row("journeyMap", READ),
    row("journeyPersonas", READ),
    row("funnel", READ),
    row("paths", READ),
    row("transitions", READ),
    row("sessions", READ),
    row("sequence", READ),
    row("compare", READ),
    row("retention", READ),
    row("lifecycle", READ),
    row("stickiness", READ),
    row("survival", READ),
    row("attribution", READ),
    row("segmentation", READ),
    row("rfm", READ),
    // Keeping what was found asks for more, in its handler.
    row("findPains", READ),
    row("listPains", READ),
    row("showPain", READ),
    logged("handlePain", Need::In(Ability::HandlePains), Action::PainChange),
    logged("painVoices", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    row("listProposals", READ),
    logged("createProposal", Need::In(Ability::HandleProposals), Action::ProposalChange),
    row("showProposal", READ),
    logged("changeProposal", Need::In(Ability::HandleProposals), Action::ProposalChange),
    row("listSources", READ),
    logged("addSource", Need::In(Ability::ManageSources), Action::SourceChange),
    logged("changeSource", Need::In(Ability::ManageSources), Action::SourceChange),
    logged("deleteSource", Need::In(Ability::ManageSources), Action::SourceDeletion),
    logged("addSourceKey", Need::In(Ability::ManageKeys), Action::SourceKey),
    logged("rotateSourceKey", Need::In(Ability::ManageKeys), Action::SourceKey),
    logged("deleteSourceKey", Need::In(Ability::ManageKeys), Action::SourceKeyDeletion),
    row("showDictionary", READ),
    row("showDictionaryEvent", READ),
    logged("describeEvent", Need::In(Ability::ManageSources), Action::DictionaryChange),
    logged("describeProperty", Need::In(Ability::ManageSources), Action::DictionaryChange),
    row("listEventNoteVersions", READ),
    row("listPropertyNoteVersions", READ),
    logged("watchLive", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    logged("listRejections", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    logged("replayRejections", Need::In(Ability::ManageSources), Action::RejectionReplay),
    row("showTraffic", READ),
    logged("saveTraffic", Need::In(Ability::ChangeTraffic), Action::TrafficChange),
    row("listTrafficVersions", READ),
    row("previewTraffic", READ),
    row("listReference", READ),
    row("showReference", READ),
    logged("listCustomers", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    logged("searchCustomers", Need::In(Ability::SeeCustomers), Action::CustomerSearch),
    logged("customerTimeline", Need::In(Ability::SeeCustomers), Action::TimelineSeen),
    row("saveView", Need::In(Ability::SaveViews)),
    row("showView", READ),
    logged("sql", Need::In(Ability::AskSql), Action::Sql),
    // A query is named by an id that its client makes up and nobody else knows.
    row("queryProgress", Need::SignedIn),
    row("cancelQuery", Need::SignedIn),
];

/// The rights by route, as a server looks them up.
#[derive(Debug)]
pub struct Rights {
    by_route: HashMap<(Method, String), Right>,
}

impl Rights {
    /// Joins the table with the routes of the description.
    pub fn of_document(document: &OpenApi) -> Rights {
        let mut by_route = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                let id = operation.as_ref().and_then(|operation| operation.operation_id.as_deref());
                if let Some(right) = RIGHTS.iter().find(|right| Some(right.operation) == id) {
                    by_route.insert((method, path.clone()), *right);
                }
            }
        }
        Rights { by_route }
    }

    /// The row of a route; `HEAD` is a `GET`.
    pub fn of(&self, method: &Method, path: &str) -> Option<&Right> {
        let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
        self.by_route.get(&(method, path.to_owned()))
    }
}
