//! Questions about a floor. Each handler resolves the site, takes a snapshot and asks.

use analysis::place::{
    PlaceFlows, PlaceForecast, PlaceForecastQuestion, PlaceHeat, PlaceHeatQuestion, PlacePains, PlacePainsQuestion,
    PlaceQuestion, PlaceQueues, PlaceStaffing, PlaceStaffingQuestion, PlaceTracks, PlaceTracksQuestion, PlaceTrips,
    PlaceTripsQuestion, PlaceVisitList, PlaceVisitListQuestion, PlaceVisits, PlaceZones, ResolvedSite,
};
use axum::extract::State;
use axum::http::HeaderMap;

use super::sites::stored;
use crate::error::{ApiError, ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::AppState;

/// The handler of one kind of question.
macro_rules! place_handler {
    ($(#[doc = $doc:literal])* $name:ident, $path:literal, $id:literal, $question:ty, $answer:ty) => {
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "places", operation_id = $id,
            params(("workspace" = String, Path, description = "Workspace id"), ("site" = String, Path, description = "Site id"),
                   ("x-query-id" = Option<String>, Header, description = "Names the query, for progress and cancelling")),
            request_body = $question,
            responses((status = 200, body = $answer), (status = "default", description = "Failure", body = ErrorBody)))]
        pub async fn $name(
            State(state): State<AppState>,
            principal: Principal,
            Path((workspace, id)): Path<(String, String)>,
            headers: HeaderMap,
            Json(question): Json<$question>,
        ) -> ApiResult<Json<$answer>> {
            let site = stored(&state, &principal, &workspace, &id, question.version).await?;
            let site = ResolvedSite { version: site.version, definition: site.site };
            let workspace = state.workspace(&workspace).await?;
            let snapshot = state.lakes.snapshot(&workspace).await?;
            let analyst = state.analyst.clone();
            let work = |control| async move {
                // A day is folded in one go, on a thread where that holds up nobody.
                let runtime = tokio::runtime::Handle::current();
                let ask = move || runtime.block_on(analyst.$name(&snapshot, &site, &question, &control));
                let answer = tokio::task::spawn_blocking(ask).await.map_err(|error| ApiError::internal(&error))?;
                answer.map_err(ApiError::from)
            };
            state.compute.run(&principal, &headers, work).await.map(Json)
        }
    };
}

place_handler!(
    /// Visits of a site by day, and how many were there by half-hour.
    place_visits, "/v1/workspaces/{workspace}/sites/{site}/visits", "placeVisits", PlaceQuestion, PlaceVisits
);

place_handler!(
    /// Zones: who came, who stopped, how long they stayed.
    place_zones, "/v1/workspaces/{workspace}/sites/{site}/zones", "placeZones", PlaceQuestion, PlaceZones
);

place_handler!(
    /// Moves between zones, first and last zones, first stops.
    place_flows, "/v1/workspaces/{workspace}/sites/{site}/flows", "placeFlows", PlaceQuestion, PlaceFlows
);

place_handler!(
    /// Time by cells of the floor; cells of few visits are withheld.
    place_heat, "/v1/workspaces/{workspace}/sites/{site}/heat", "placeHeat", PlaceHeatQuestion, PlaceHeat
);

place_handler!(
    /// Queues: length, wait, who gave up.
    place_queues, "/v1/workspaces/{workspace}/sites/{site}/queues", "placeQueues", PlaceQuestion, PlaceQueues
);

place_handler!(
    /// Tills a promised wait takes, by half-hour.
    place_staffing, "/v1/workspaces/{workspace}/sites/{site}/staffing", "placeStaffing", PlaceStaffingQuestion, PlaceStaffing
);

place_handler!(
    /// What a changed layout would do to who comes and stops where.
    place_forecast, "/v1/workspaces/{workspace}/sites/{site}/forecast", "placeForecast", PlaceForecastQuestion, PlaceForecast
);

place_handler!(
    /// Pains on the floor, and why people stay and do not buy.
    place_pains, "/v1/workspaces/{workspace}/sites/{site}/pains", "placePains", PlacePainsQuestion, PlacePains
);

place_handler!(
    /// Path types, spillover between zones, and who sees promotions and zones of high margin.
    place_trips, "/v1/workspaces/{workspace}/sites/{site}/trips", "placeTrips", PlaceTripsQuestion, PlaceTrips
);

place_handler!(
    /// Single visits, by when they began.
    place_visit_list, "/v1/workspaces/{workspace}/sites/{site}/visits/list", "listPlaceVisits", PlaceVisitListQuestion, PlaceVisitList
);

place_handler!(
    /// The walks of a day, to be played.
    place_tracks, "/v1/workspaces/{workspace}/sites/{site}/tracks", "placeTracks", PlaceTracksQuestion, PlaceTracks
);
