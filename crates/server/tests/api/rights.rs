//! Every operation × every role × one's own workspace and another's: what is let in, and how the rest is refused.

use std::collections::HashMap;

use control::NewPerson;
use model::access::{Role, Standing};
use serde_json::Value;

use crate::stores::limited_to;
use crate::support::{Browser, Response, TestServer, control};

/// What a caller must be, as the product promises it; written down here once more, apart from the server's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    Anyone,
    SignedIn,
    Administrator,
    AtLeast(Role),
}

fn promise(operation: &str, path: &str) -> Promise {
    match operation {
        "showHealth"
        | "showSession"
        | "signIn"
        | "signOut"
        | "setUp"
        | "showInvitation"
        | "acceptInvitation"
        | "beginProviderSignIn"
        | "finishProviderSignIn" => Promise::Anyone,
        "listPeople" | "changePerson" | "createWorkspace" | "showSystem" => Promise::Administrator,
        "addSensor" | "changeSensor" | "removeSensor" | "rotateSensorKey" | "addSourceKey" | "rotateSourceKey"
        | "deleteSourceKey" | "listMembers" | "setMember" | "removeMember" | "invite" | "withdrawInvitation"
        | "listAudit" | "saveIdentityPolicy" => Promise::AtLeast(Role::Owner),
        "createJourney"
        | "saveJourney"
        | "restoreJourney"
        | "handlePain"
        | "createProposal"
        | "changeProposal"
        | "createChange"
        | "saveChange"
        | "deleteChange"
        | "saveSite"
        | "deleteSite"
        | "keepForecast"
        | "deleteForecast"
        | "readPlan"
        | "importPositions"
        | "replayPositions"
        | "removePositions"
        | "addSource"
        | "changeSource"
        | "deleteSource"
        | "replayRejections"
        | "startImport"
        | "cancelImport"
        | "listUploads"
        | "beginUpload"
        | "showUpload"
        | "writeUpload"
        | "deleteUpload"
        | "suggestMapping"
        | "previewImport"
        | "saveTraffic"
        | "describeEvent"
        | "describeProperty"
        | "decideIdentity"
        | "undoIdentityDecision" => Promise::AtLeast(Role::Editor),
        "saveSegment" | "deleteSegment" | "saveView" | "sql" | "exportJourney" | "writeDocument" | "listCustomers"
        | "searchCustomers" | "browseCustomers" | "customerTimeline" | "customerOverview" | "painVoices"
        | "watchLive" | "listRejections" | "downloadRejects" | "customerIdentity" | "showIdentityCase"
        | "previewIdentity" | "createNamedView" | "changeNamedView" | "deleteNamedView" | "addComment"
        | "changeComment" | "deleteComment" | "listPlaceVisits" | "placeTracks" => Promise::AtLeast(Role::Analyst),
        _ if path.contains("{workspace}") => Promise::AtLeast(Role::Viewer),
        _ => Promise::SignedIn,
    }
}

/// What those who are limited to stores may ask for, if their role may: maps and analyses, which are computed for them;
/// the people of their stores; and what tells of nothing that happened.
const FOR_LIMITED: [&str; 69] = [
    "showWorkspace",
    "listJourneys",
    "showJourney",
    "previewJourney",
    "downloadJourney",
    "journeyHierarchy",
    "listJourneyVersions",
    "diffJourney",
    "exportJourney",
    "writeDocument",
    "listSegments",
    "showSegment",
    "listSegmentVersions",
    "listDimensions",
    "journeyMap",
    "journeyPersonas",
    "funnel",
    "paths",
    "transitions",
    "sessions",
    "sequence",
    "compare",
    "retention",
    "lifecycle",
    "stickiness",
    "survival",
    "attribution",
    "segmentation",
    "rfm",
    "findPains",
    "listSites",
    "showSite",
    "listSiteVersions",
    "listPositionDays",
    "placeVisits",
    "listPlaceVisits",
    "placeZones",
    "placeFlows",
    "placeHeat",
    "placeQueues",
    "placeStaffing",
    "placeForecast",
    "listForecasts",
    "showForecast",
    "scoreForecast",
    "placePains",
    "placeTrips",
    "placeTracks",
    "placeCounts",
    "showTraffic",
    "listTrafficVersions",
    "listCustomers",
    "searchCustomers",
    "browseCustomers",
    "customerTimeline",
    "customerOverview",
    // With `saveView`, which asks for an analyst.
    "showView",
    "listNamedViews",
    "createNamedView",
    "changeNamedView",
    "deleteNamedView",
    "namedViewNumber",
    "listComments",
    "addComment",
    "changeComment",
    "deleteComment",
    "listChanges",
    "showChange",
    "changeResult",
];

/// The codes by which somebody is not let in.
const REFUSALS: [&str; 4] = ["sign_in_required", "role_refused", "csrf_refused", "workspace_unknown"];

#[test]
fn every_operation_lets_in_whom_it_should_and_nobody_else() {
    let server = TestServer::secured();
    for id in ["own", "foreign"] {
        server.workspace(id, "UTC");
    }
    let callers = callers(&server);
    let document = server.get("/v1/openapi.json").json();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            // A door: its callers have keys. `doors` tests it.
            if id == "sendEvents" {
                continue;
            }
            let promise = promise(id, path);
            for (role, caller) in &callers {
                // It would end the session the others are tried with.
                if id == "signOut" && *role != "none" {
                    continue;
                }
                for workspace in ["own", "foreign"] {
                    let response = ask(caller, method, path, workspace);
                    let found = refusal(&response);
                    let expected = expected(promise, role, workspace).or_else(|| limit(id, promise, role));
                    let what = format!("{id} by {role} in {workspace}: {} {}", response.status, response.body);
                    assert_eq!(found.as_deref(), expected, "{what}");
                    seen += 1;
                }
                if promise_is_of_a_workspace(promise) && *role != "none" {
                    let (there, nowhere) = (ask(caller, method, path, "foreign"), ask(caller, method, path, "nowhere"));
                    assert_eq!(told(&there, "foreign"), told(&nowhere, "nowhere"), "{id}: nobody learns which exist");
                }
            }
        }
    }
    assert!(seen > 700, "{seen}");
}

#[test]
fn the_table_names_every_operation_once_and_no_other() {
    let document = serde_json::to_value(server::api::router().into_openapi()).unwrap();
    let methods = document["paths"].as_object().unwrap().values().flat_map(|methods| methods.as_object().unwrap());
    let mut described: Vec<_> = methods.map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    described.retain(|id| *id != "sendEvents");
    let mut stated: Vec<_> = server::rights::RIGHTS.iter().map(|right| right.operation).collect();
    described.sort_unstable();
    stated.sort_unstable();
    assert_eq!(stated, described);
}

fn expected(promise: Promise, role: &str, workspace: &str) -> Option<&'static str> {
    let (signed_in, of_own) = (role != "none", role_of(role).filter(|_| workspace == "own"));
    match promise {
        Promise::Anyone => None,
        _ if !signed_in => Some("sign_in_required"),
        Promise::SignedIn => None,
        Promise::Administrator => (role != "administrator").then_some("role_refused"),
        Promise::AtLeast(least) => match of_own {
            None => Some("workspace_unknown"),
            Some(role) => (role < least).then_some("role_refused"),
        },
    }
}

/// How somebody who is limited is refused what their role may.
fn limit(operation: &str, promise: Promise, role: &str) -> Option<&'static str> {
    let may = FOR_LIMITED.contains(&operation) || operation == "saveView";
    (role == "limited" && promise_is_of_a_workspace(promise) && !may).then_some("role_refused")
}

/// The role behind the name of a caller.
fn role_of(name: &str) -> Option<Role> {
    if name == "limited" { Some(Role::Analyst) } else { Role::by_id(name) }
}

fn promise_is_of_a_workspace(promise: Promise) -> bool {
    matches!(promise, Promise::AtLeast(_))
}

/// Somebody of each role in `own`, an administrator who is a member of nothing, and nobody.
fn callers(server: &TestServer) -> Vec<(&'static str, Browser<'_>)> {
    let roles = Role::ALL.map(|role| (role.id(), Some(("own", Standing::from(role)))));
    let others = [
        ("limited", Some(("own", limited_to(Role::Analyst, &["s1"])))),
        ("elsewhere", Some(("foreign", Role::Owner.into()))),
        ("administrator", None),
    ];
    let all: Vec<_> = roles.into_iter().chain(others).collect();
    let mut callers = vec![("none", Browser::new(server))];
    for (name, member) in all {
        let person = NewPerson {
            id: name.to_owned(),
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            password_hash: String::new(),
            administrator: name == "administrator",
            at_us: 1,
        };
        let token = blake3::hash(name.as_bytes()).to_hex().to_string();
        server.runtime.block_on(async {
            let control = control(server).await;
            control.create_person(person).await.unwrap();
            if let Some((workspace, standing)) = member {
                control.set_role(workspace, name, standing, 1).await.unwrap();
            }
            control.begin_session(&token, name, now_us()).await.unwrap();
        });
        let mut browser = Browser::new(server);
        browser.cookie = Some(format!("throughline_session={token}"));
        browser.csrf = Some(browser.get("/v1/session").json()["csrf"].as_str().unwrap().to_owned());
        if name != "elsewhere" {
            callers.push((name, browser));
        }
    }
    callers
}

fn now_us() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

fn ask(caller: &Browser<'_>, method: &str, path: &str, workspace: &str) -> Response {
    let mut address = path.replace("{workspace}", workspace);
    while let Some((start, end)) = address.find('{').zip(address.find('}')) {
        address.replace_range(start..=end, "1");
    }
    caller.send(&method.to_uppercase(), &address, &serde_json::json!({}))
}

/// The code of a refusal; none if the caller was let in, whatever came of it.
fn refusal(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let code = body["error"]["code"].as_str().filter(|code| REFUSALS.contains(code));
    let status = match code? {
        "sign_in_required" => 401,
        "workspace_unknown" => 404,
        _ => 403,
    };
    assert_eq!(response.status, status, "{}", response.body);
    code.map(str::to_owned)
}

/// What an answer tells, but for the workspace asked about and the request's id.
fn told(response: &Response, workspace: &str) -> (u16, Vec<(String, String)>, String) {
    let mut body: Value = serde_json::from_str(&response.body).unwrap();
    body["error"]["request_id"] = Value::Null;
    let passing = ["x-request-id", "date"];
    let headers = response.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str()));
    let headers: HashMap<_, _> = headers.cloned().collect();
    let mut headers: Vec<_> = headers.into_iter().collect();
    // One name is longer than the other.
    headers.retain(|(name, _)| name != "content-length");
    headers.sort();
    (response.status, headers, body.to_string().replace(&format!("`{workspace}`"), "`…`"))
}

#[test]
fn keeping_pains_that_were_found_asks_for_an_editor() {
    let server = TestServer::secured();
    for id in ["own", "foreign"] {
        server.workspace(id, "UTC");
    }
    let body = serde_json::json!({"record": true});
    for (role, caller) in callers(&server) {
        let response = caller.send("POST", "/v1/workspaces/own/journeys/x/pains", &body);
        let refused = matches!(role, "viewer" | "analyst" | "limited");
        assert_eq!(refusal(&response).as_deref() == Some("role_refused"), refused, "{role} {}", response.body);
        if role == "viewer" {
            assert!(response.body.contains("`editor`"), "{}", response.body);
        }
    }
}

#[test]
fn lists_of_workspaces_are_of_those_one_is_a_member_of() {
    let server = TestServer::secured();
    for id in ["own", "foreign"] {
        server.workspace(id, "UTC");
    }
    for (role, caller) in callers(&server).iter().skip(1) {
        let list = caller.get("/v1/workspaces").json();
        let ids: Vec<_> =
            list["workspaces"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let expected: &[&str] = if *role == "administrator" { &[] } else { &["own"] };
        assert_eq!(ids, expected, "{role}");
        let session = caller.get("/v1/session").json();
        assert_eq!(session["roles"].as_array().unwrap().len(), expected.len(), "{role}");
    }
}
