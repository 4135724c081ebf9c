//! Limits on what the control database holds, each with its reason.

/// Longest key of a workspace in bytes: it is also the name of a folder.
pub const WORKSPACE_KEY_BYTES_MAX: usize = 64;

/// Workspaces of one installation. Each is a folder and a set of open tables.
pub const WORKSPACES_MAX: u64 = 1_000;

/// Journeys of one workspace. The list of them is read whole.
pub const JOURNEYS_MAX: u64 = 1_000;

/// Versions of one journey. A script that saves without end is stopped here, not by a full disk.
pub const VERSIONS_MAX: u32 = 10_000;

/// Longest definition once serialised, in bytes.
pub const JOURNEY_BYTES_MAX: usize = 1 << 20;

/// Segments of one workspace. All of them stand ready for every question.
pub const SEGMENTS_MAX: u64 = 1_000;

/// Longest definition of a segment once serialised, in bytes.
pub const SEGMENT_BYTES_MAX: usize = 64 << 10;

/// Sites of one workspace. The list of them is read whole.
pub const SITES_MAX: u64 = 1_000;

/// Longest definition of a site once serialised, in bytes: a mall of ten floors.
pub const SITE_BYTES_MAX: usize = 4 << 20;

/// Sensors of one workspace: a door or two of every site. The list of them is read whole.
pub const SENSORS_MAX: u64 = 2_000;

/// How long a day's salt of device ids is kept: files of a day that come later name their tracks anew.
pub const SALT_US: i64 = 7 * 24 * 3_600_000_000;

/// Longest set of traffic rules once serialised, in bytes: source lists of the largest size fit in it.
pub const TRAFFIC_BYTES_MAX: usize = 1 << 20;

/// Longest canonical JSON of a view, in bytes. A view is a handful of choices, not data.
pub const VIEW_BYTES_MAX: usize = 64 << 10;

/// Deepest nesting of a view.
pub const VIEW_DEPTH_MAX: usize = 32;

/// Views of one workspace; equal views count once.
pub const VIEWS_MAX: u64 = 1_000_000;

/// Named views of one workspace. The list of them is read whole.
pub const NAMED_VIEWS_MAX: u64 = 1_000;

/// Dated changes of one workspace. The list of them is read whole.
pub const CHANGES_MAX: u64 = 1_000;

/// Kept forecasts of a site: each is of one change of its layout.
pub const FORECASTS_MAX: u64 = 500;

/// Size of a kept forecast: a number for each of some thousand zones.
pub const FORECAST_BYTES_MAX: usize = 4 << 20;

/// Comments on one journey, answers among them. They are read whole.
pub const COMMENTS_MAX: u64 = 5_000;

/// Views pinned to the map of one journey: each is a question asked with the map.
pub const PINS_MAX: u64 = 50;

/// Import runs remembered in one workspace; the oldest give way.
pub const IMPORT_RUNS_KEPT: u64 = 10_000;

/// Pains kept of one journey. A look finds a few dozen; what nobody touched and nothing finds any more gives way.
pub const PAINS_MAX: u64 = 2_000;

/// Pains listed at once; the costliest come first, and nobody reads more.
pub const PAINS_LISTED_MAX: u64 = 10_000;

/// Longest stored form of a pain in bytes. Its effects and causes are lists of a handful.
pub const PAIN_BYTES_MAX: usize = 256 << 10;

/// Proposals of one workspace. A board is read whole.
pub const PROPOSALS_MAX: u64 = 10_000;

/// Entries in the history of one pain or proposal. A script that acts without end is stopped here.
pub const HISTORY_MAX: u64 = 1_000;

/// Longest name, note or author in bytes.
pub const TEXT_BYTES_MAX: usize = 4 << 10;

/// Sources of one workspace. Each is something somebody connected.
pub const SOURCES_MAX: u64 = 200;

/// Keys of one source: those of a few apps, and those being rotated away.
pub const KEYS_MAX: u64 = 20;

/// Protocols a key may be limited to: more than there are.
pub const PROTOCOLS_MAX: usize = 32;

/// Reasons for which letters of a source are counted as refused: about as many as doors know.
pub const REFUSALS_MAX: u64 = 32;

/// Origins a source names.
pub const ORIGINS_MAX: usize = 50;

/// Longest id of a source, channel or origin in bytes: the first two stand in every event.
pub const NAME_BYTES_MAX: usize = 100;

/// People of one installation. The list of them is read whole.
pub const PEOPLE_MAX: u64 = 10_000;

/// Longest e-mail address in bytes: RFC 5321, 4.5.3.1.3, less the angle brackets.
pub const EMAIL_BYTES_MAX: usize = 254;

/// Longest name of a person in bytes.
pub const PERSON_NAME_BYTES_MAX: usize = 200;

/// Shortest password in characters. Length is what makes one hard to guess (NIST SP 800-63B, 5.1.1).
pub const PASSWORD_CHARS_MIN: usize = 10;

/// Longest password in bytes: more is no better, and hashing must not be made to read novels.
pub const PASSWORD_BYTES_MAX: usize = 512;

/// Open invitations of one workspace.
pub const INVITATIONS_MAX: u64 = 1_000;

/// How long an invitation can be taken up.
pub const INVITATION_US: i64 = 7 * 24 * 3_600_000_000;

/// A session that nobody used for so long is over: a working day and the evening after it.
pub const SESSION_IDLE_US: i64 = 12 * 3_600_000_000;

/// A session is over after so long, however busy: whoever got hold of one does not keep it.
pub const SESSION_US: i64 = 14 * 24 * 3_600_000_000;

/// A session's last use is written down at most this often, so that reading does not write.
pub const SESSION_SEEN_US: i64 = 60_000_000;

/// Sessions of one person at a time; the oldest gives way.
pub const SESSIONS_MAX: u64 = 50;

/// Entries of the audit log on one page.
pub const AUDIT_PAGE_MAX: u64 = 200;

/// Longest detail of an entry of the audit log, in bytes of JSON.
pub const AUDIT_DETAIL_BYTES_MAX: usize = 4 << 10;

/// Names of one workspace that have a note in the data dictionary: more than are sent, unless data is written into names.
pub const DICTIONARY_NOTES_MAX: u64 = 10_000;

/// Longest name with a note, in bytes: that of an event or property.
pub const DICTIONARY_NAME_BYTES_MAX: usize = 300;
