//! What every operation of the API asks of its caller, what becomes of it for members who are limited to some stores,
//! and whether it is written down: the one table.
//!
//! An operation that is not here is refused to everybody, and one that says nothing of limited members is refused to
//! them; a test walks the description of the API so that none is forgotten. Operations are named by their `operationId`.
//! Routes that know their callers by a key stand in `doors` and are no part of this.

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

/// What an operation is to a member who is limited to some stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// It looks at, or changes, what is of the whole workspace: refused.
    Refused,
    /// It tells nothing of what happened in any one place: definitions, names, views. Of the events of the whole
    /// workspace it shows what they are called, their channels and the time they span, and no count.
    Untouched,
    /// Its handler asks through [`crate::state::AppState::present_to`], or finds its site among theirs; both keep it to the
    /// stores.
    Narrowed,
}

/// The row of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// Its `operationId`.
    pub operation: &'static str,
    pub need: Need,
    pub limited: Limited,
    /// What the audit log calls it where it succeeds. None: it is not written down, or its handler says as what.
    pub audit: Option<Action>,
}

const fn row(operation: &'static str, need: Need) -> Right {
    Right { operation, need, limited: Limited::Refused, audit: None }
}

const fn logged(operation: &'static str, need: Need, action: Action) -> Right {
    Right { operation, need, limited: Limited::Refused, audit: Some(action) }
}

impl Right {
    const fn untouched(self) -> Right {
        Right { limited: Limited::Untouched, ..self }
    }

    const fn narrowed(self) -> Right {
        Right { limited: Limited::Narrowed, ..self }
    }
}

const READ: Need = Need::In(Ability::ReadAnswers);

/// Every operation, in the order of the description's tags.
pub const RIGHTS: &[Right] = &[
    row("showHealth", Need::Nobody),
    row("showSession", Need::Nobody),
    logged("signIn", Need::Nobody, Action::SignIn),
    // Only who was signed in is written down, in its handler.
    row("signOut", Need::Nobody),
    row("beginProviderSignIn", Need::Nobody),
    logged("finishProviderSignIn", Need::Nobody, Action::SignIn),
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
    row("showSystem", Need::Administrator),
    row("listWorkspaces", Need::SignedIn),
    logged("createWorkspace", Need::Administrator, Action::WorkspaceCreation),
    row("showWorkspace", READ).untouched(),
    row("listImports", READ),
    row("showImport", READ),
    logged("startImport", Need::In(Ability::ManageSources), Action::Import),
    logged("cancelImport", Need::In(Ability::ManageSources), Action::ImportCancellation),
    logged("downloadRejects", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    row("listUploads", Need::In(Ability::ManageSources)),
    row("beginUpload", Need::In(Ability::ManageSources)),
    row("showUpload", Need::In(Ability::ManageSources)),
    row("writeUpload", Need::In(Ability::ManageSources)),
    row("deleteUpload", Need::In(Ability::ManageSources)),
    // Whoever looks at a file may look at one that somebody else handed in.
    logged("suggestMapping", Need::In(Ability::ManageSources), Action::CustomersSeen),
    logged("previewImport", Need::In(Ability::ManageSources), Action::CustomersSeen),
    row("listJourneys", READ).untouched(),
    logged("createJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("showJourney", READ).untouched(),
    logged("saveJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("previewJourney", READ).narrowed(),
    row("downloadJourney", READ).untouched(),
    row("journeyHierarchy", READ).untouched(),
    row("listJourneyVersions", READ).untouched(),
    row("diffJourney", READ).untouched(),
    logged("restoreJourney", Need::In(Ability::ChangeJourneys), Action::JourneyChange),
    row("listTemplates", Need::SignedIn),
    row("showTemplate", Need::SignedIn),
    logged("exportJourney", Need::In(Ability::Export), Action::Export).narrowed(),
    logged("writeDocument", Need::In(Ability::Export), Action::Export).untouched(),
    row("listSegments", READ).untouched(),
    row("showSegment", READ).untouched(),
    logged("saveSegment", Need::In(Ability::SaveSegments), Action::SegmentChange),
    logged("deleteSegment", Need::In(Ability::SaveSegments), Action::SegmentDeletion),
    row("listSegmentVersions", READ).untouched(),
    row("listDimensions", READ).narrowed(),
    row("journeyMap", READ).narrowed(),
    row("journeyPersonas", READ).narrowed(),
    row("funnel", READ).narrowed(),
    row("paths", READ).narrowed(),
    row("transitions", READ).narrowed(),
    row("sessions", READ).narrowed(),
    row("sequence", READ).narrowed(),
    row("compare", READ).narrowed(),
    row("retention", READ).narrowed(),
    row("lifecycle", READ).narrowed(),
    row("stickiness", READ).narrowed(),
    row("survival", READ).narrowed(),
    row("attribution", READ).narrowed(),
    row("segmentation", READ).narrowed(),
    row("rfm", READ).narrowed(),
    // Keeping what was found asks for more, in its handler.
    row("findPains", READ).narrowed(),
    // Their handlers show whoever is limited the sites that are their stores, and no other.
    row("listSites", READ).narrowed(),
    row("showSite", READ).narrowed(),
    logged("saveSite", Need::In(Ability::ChangeJourneys), Action::SiteChange),
    logged("deleteSite", Need::In(Ability::ChangeJourneys), Action::SiteDeletion),
    row("listSiteVersions", READ).narrowed(),
    row("readPlan", Need::In(Ability::ManageSources)),
    logged("importPositions", Need::In(Ability::ManageSources), Action::Import),
    logged("replayPositions", Need::In(Ability::ManageSources), Action::Import),
    row("listPositionDays", READ).narrowed(),
    logged("removePositions", Need::In(Ability::ManageSources), Action::PositionsRemoval),
    row("listSensors", READ),
    // A broker is somewhere this server connects to, and a key lets whoever has it say who was there.
    logged("addSensor", Need::In(Ability::ManageKeys), Action::SensorChange),
    logged("changeSensor", Need::In(Ability::ManageKeys), Action::SensorChange),
    logged("removeSensor", Need::In(Ability::ManageKeys), Action::SensorDeletion),
    logged("rotateSensorKey", Need::In(Ability::ManageKeys), Action::SensorKey),
    row("placeCounts", READ).narrowed(),
    row("placeVisits", READ).narrowed(),
    logged("listPlaceVisits", Need::In(Ability::SeeCustomers), Action::CustomersSeen).narrowed(),
    row("placeZones", READ).narrowed(),
    row("placeFlows", READ).narrowed(),
    row("placeHeat", READ).narrowed(),
    row("placeQueues", READ).narrowed(),
    row("placeStaffing", READ).narrowed(),
    row("placeForecast", READ).narrowed(),
    row("listForecasts", READ).narrowed(),
    logged("keepForecast", Need::In(Ability::HandleProposals), Action::PlaceForecast),
    row("showForecast", READ).narrowed(),
    logged("deleteForecast", Need::In(Ability::HandleProposals), Action::PlaceForecastDeletion),
    row("scoreForecast", READ).narrowed(),
    row("placePains", READ).narrowed(),
    row("placeTrips", READ).narrowed(),
    logged("placeTracks", Need::In(Ability::SeeCustomers), Action::CustomersSeen).narrowed(),
    row("listComments", READ).untouched(),
    logged("addComment", Need::In(Ability::Comment), Action::Comment).untouched(),
    // Whose a comment is decides, in the handlers.
    logged("changeComment", Need::In(Ability::Comment), Action::Comment).untouched(),
    logged("deleteComment", Need::In(Ability::Comment), Action::CommentDeletion).untouched(),
    row("listPains", READ),
    row("showPain", READ),
    logged("handlePain", Need::In(Ability::HandlePains), Action::PainChange),
    logged("painVoices", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    row("listProposals", READ),
    logged("createProposal", Need::In(Ability::HandleProposals), Action::ProposalChange),
    row("showProposal", READ),
    logged("changeProposal", Need::In(Ability::HandleProposals), Action::ProposalChange),
    row("listChanges", READ).untouched(),
    logged("createChange", Need::In(Ability::HandleProposals), Action::DatedChange),
    row("showChange", READ).untouched(),
    logged("saveChange", Need::In(Ability::HandleProposals), Action::DatedChange),
    logged("deleteChange", Need::In(Ability::HandleProposals), Action::DatedChangeDeletion),
    row("changeResult", READ).narrowed(),
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
    row("showTraffic", READ).untouched(),
    logged("saveTraffic", Need::In(Ability::ChangeTraffic), Action::TrafficChange),
    row("listTrafficVersions", READ).untouched(),
    row("previewTraffic", READ),
    row("listReference", READ),
    row("showReference", READ),
    logged("listCustomers", Need::In(Ability::SeeCustomers), Action::CustomersSeen).narrowed(),
    logged("searchCustomers", Need::In(Ability::SeeCustomers), Action::CustomerSearch).narrowed(),
    logged("browseCustomers", Need::In(Ability::SeeCustomers), Action::CustomersSeen).narrowed(),
    logged("customerTimeline", Need::In(Ability::SeeCustomers), Action::TimelineSeen).narrowed(),
    logged("customerOverview", Need::In(Ability::SeeCustomers), Action::TimelineSeen).narrowed(),
    row("saveView", Need::In(Ability::SaveViews)).untouched(),
    row("showView", READ).untouched(),
    row("listNamedViews", READ).untouched(),
    logged("createNamedView", Need::In(Ability::SaveViews), Action::NamedViewChange).untouched(),
    logged("changeNamedView", Need::In(Ability::SaveViews), Action::NamedViewChange).untouched(),
    logged("deleteNamedView", Need::In(Ability::SaveViews), Action::NamedViewDeletion).untouched(),
    row("namedViewNumber", READ).narrowed(),
    logged("customerIdentity", Need::In(Ability::SeeCustomers), Action::TimelineSeen),
    // Identifiers are masked below those who see customers; that others saw them is written down, in the handler.
    row("listIdentityReview", READ),
    logged("showIdentityCase", Need::In(Ability::SeeCustomers), Action::CustomersSeen),
    row("previewIdentity", Need::In(Ability::SeeCustomers)),
    row("listIdentityDecisions", READ),
    logged("decideIdentity", Need::In(Ability::DecideIdentity), Action::IdentityDecision),
    logged("undoIdentityDecision", Need::In(Ability::DecideIdentity), Action::IdentityDecision),
    row("showIdentityPolicy", READ),
    logged("saveIdentityPolicy", Need::In(Ability::ChangeIdentityPolicy), Action::IdentityPolicyChange),
    row("listIdentityPolicyVersions", READ),
    row("previewIdentityPolicy", READ),
    logged("sql", Need::In(Ability::AskSql), Action::Sql),
    // Of whoever asked it: to anybody else there is no such query. Whoever is limited to stores is told no counts.
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
