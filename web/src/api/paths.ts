// Every API path the app calls, as the OpenAPI document writes it; a test compares the two.
export const PATHS = {
  workspaces: "/v1/workspaces",
  imports: "/v1/workspaces/{workspace}/imports",
  journeys: "/v1/workspaces/{workspace}/journeys",
  journey: "/v1/workspaces/{workspace}/journeys/{journey}",
  versions: "/v1/workspaces/{workspace}/journeys/{journey}/versions",
  definition: "/v1/workspaces/{workspace}/journeys/{journey}/definition",
  map: "/v1/workspaces/{workspace}/journeys/{journey}/map",
  customers: "/v1/workspaces/{workspace}/customers",
  search: "/v1/workspaces/{workspace}/customers/search",
  timeline: "/v1/workspaces/{workspace}/customers/{customer}",
  views: "/v1/workspaces/{workspace}/views",
  view: "/v1/workspaces/{workspace}/views/{hash}",
  query: "/v1/queries/{query}",
} as const;
