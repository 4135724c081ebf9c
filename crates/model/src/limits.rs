//! Limits on everything that grows with input, each with its reason.

/// Buckets customers are hashed into. Part of the file format: a change would re-cluster every file.
pub const BUCKETS: u32 = 256;

/// Longest event name, channel, source or column name in bytes; longer ones are mistakes in a mapping
/// and would bloat every dictionary they enter.
pub const NAME_BYTES_MAX: usize = 200;

/// Longest identifier value in bytes (a WeChat unionid has 28, an e-mail address at most 254).
pub const IDENTIFIER_BYTES_MAX: usize = 512;

/// Largest event once serialised, in bytes: the limit the common SDKs document, rounded up.
pub const EVENT_BYTES_MAX: usize = 1 << 20;

/// Identifiers one event may carry.
pub const IDENTIFIERS_MAX: usize = 16;

/// Devices of one namespace that one order or visit is seen with: who orders on a phone looks at it on a computer, too. A
/// number seen on more is no number of one order (a test, a counter that begins anew) and would join strangers.
pub const DEED_DEVICES_MAX: usize = 5;

/// Stages of one journey; a map wider than this cannot be read, and masks hold one bit a stage.
pub const STAGES_MAX: usize = 50;

/// Touchpoints of one journey.
pub const TOUCHPOINTS_MAX: usize = 500;

/// Signals of one journey: masks hold one bit a signal.
pub const SIGNALS_MAX: usize = 64;

/// Cards on one map; more than a team can read.
pub const CARDS_MAX: usize = 2_000;

/// Personas of one journey.
pub const PERSONAS_MAX: usize = 20;

/// Longest title in bytes; more does not fit on a card of a board.
pub const TITLE_BYTES_MAX: usize = 500;

/// Longest reason or source in bytes: a page of text, beyond which a link serves better.
pub const STATEMENT_BYTES_MAX: usize = 4 << 10;

/// Steps of one funnel.
pub const FUNNEL_STEPS_MAX: usize = 50;

/// Events of one path that are kept apart; later ones are counted but not told apart.
pub const PATH_STEPS_MAX: usize = 100;

/// Joints of one segment above each other, and segments that name each other in a row; more than a person follows.
pub const SEGMENT_DEPTH_MAX: usize = 8;

/// Tests of one segment, those of the segments it names included.
pub const SEGMENT_TESTS_MAX: usize = 100;

/// Steps of one sequence in a segment.
pub const SEQUENCE_STEPS_MAX: usize = 20;

/// Segments set side by side: of five there are 31 intersections, more than anybody reads.
pub const SEGMENTS_COMPARED_MAX: usize = 5;

/// Channels with session rules of their own: as many as a retailer's channels are, and each has a lane in the slicer.
pub const SESSION_CHANNELS_MAX: usize = 64;

/// Events of one question that are told apart by a value; more are another question.
pub const PATH_EXPANSIONS_MAX: usize = 10;

/// Values one event is told apart by: more labels than that nobody reads.
pub const PATH_VALUES_MAX: usize = 100;

/// Rules of one set of traffic rules. They are tried in order for every distinct combination of sources.
pub const TRAFFIC_RULES_MAX: usize = 200;

/// Traffic groups of one set: as many as a breakdown may show apart.
pub const TRAFFIC_GROUPS_MAX: usize = 100;

/// Conditions of one traffic rule, and tests of one condition; more nobody reads.
pub const TRAFFIC_PARTS_MAX: usize = 20;

/// Values of one test of a traffic rule; longer lists belong into a source list.
pub const TRAFFIC_VALUES_MAX: usize = 200;

/// Source lists of one set of traffic rules.
pub const TRAFFIC_LISTS_MAX: usize = 50;

/// Sources of all lists of one set, and sites of one's own.
pub const TRAFFIC_SOURCES_MAX: usize = 2_000;

/// Longest pattern in bytes, and longest text a pattern is held against; a campaign's name is shorter.
pub const TRAFFIC_TEXT_BYTES_MAX: usize = 500;

/// Bytes a compiled pattern may take: what a person writes takes a tenth of it, a nested repetition far more.
pub const TRAFFIC_PATTERN_BYTES_MAX: usize = 1 << 18;

/// Identifiers of one customer at most, whatever a policy says: a component is walked when something of it changes.
pub const CUSTOMER_IDENTIFIERS_MAX: u32 = 10_000;

/// Identifiers that may hang together at most, whatever a policy says: a fifth of a second to look through.
pub const CONNECTED_IDENTIFIERS_MAX: u32 = 100_000;

/// Namespaces a stitching policy speaks of: more than that is a generated list, not a policy.
pub const POLICY_NAMESPACES_MAX: usize = 200;

/// Stores a member is limited to at most: a region; whoever sees more sees the workspace.
pub const STORES_MAX: usize = 200;

/// Longest name of a store in bytes.
pub const STORE_BYTES_MAX: usize = 200;

/// Dated layouts of one site: a change a month for eight years.
pub const PLANS_MAX: usize = 100;

/// Floors of one plan; the tallest mall has a tenth of it.
pub const FLOORS_MAX: usize = 100;

/// Zones of one floor: a mall's basement with every shop, lift and stair drawn apart has 900.
pub const ZONES_MAX: usize = 2_000;

/// Zones within each other: a mall's wing, a shop, its aisle, a shelf, and one to spare.
pub const ZONE_DEPTH_MAX: usize = 4;

/// Fixtures of one floor: the shelves of a hypermarket.
pub const FIXTURES_MAX: usize = 5_000;

/// Lines people are counted at on one floor.
pub const GATES_MAX: usize = 200;

/// Names sensors have for one floor.
pub const FRAMES_MAX: usize = 500;

/// Corners of one ring. Edges are held against each other in pairs: two million of them.
pub const RING_POINTS_MAX: usize = 2_000;

/// Corners of all that is drawn on one floor; five times those of a mall's. At worst all overlaps with all, and is looked
/// through in a second.
pub const FLOOR_POINTS_MAX: usize = 30_000;

/// How far from a floor's origin something may lie, metres: an airport is smaller, and millimetres taken for metres are not.
pub const COORDINATE_M_MAX: f64 = 10_000.0;

/// Points a picture is laid on a floor by.
pub const CONTROL_POINTS_MAX: usize = 100;

/// Pixels of a picture either way; beyond, browsers show nothing.
pub const PICTURE_PX_MAX: u32 = 16_384;
