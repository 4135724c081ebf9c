//! What ends sessions besides silence.

use analysis::question::SessionsBy;
use clap::{Args, ValueEnum};

/// What sessions are counted apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SessionsApartArg {
    /// The events they begin and end with
    Events,
    /// The channel they begin on
    Channels,
    /// The day they begin on
    Days,
    Nothing,
}

impl SessionsApartArg {
    pub fn asked(self) -> Option<SessionsBy> {
        match self {
            SessionsApartArg::Events => Some(SessionsBy::Events),
            SessionsApartArg::Channels => Some(SessionsBy::Channels),
            SessionsApartArg::Days => Some(SessionsBy::Days),
            SessionsApartArg::Nothing => None,
        }
    }
}

#[derive(Debug, Clone, Default, Args)]
pub struct SessionRuleArgs {
    /// No session is longer than this: 24h
    #[arg(long, value_name = "SPAN", help_heading = "Sessions")]
    pub session_longest: Option<String>,
    /// Sessions of these channels apart from all others, with a silence of their own: store=2h, or of one event each:
    /// till=instant; channels that share them: store,kiosk=2h
    #[arg(long, value_name = "CHANNELS=SPAN", help_heading = "Sessions")]
    pub session_channel: Vec<String>,
    /// Another value of this column begins a session: utm_campaign, campaign
    #[arg(long, value_name = "COLUMN", help_heading = "Sessions")]
    pub session_campaign: Option<String>,
    /// Midnight of the question's zone begins a session
    #[arg(long, help_heading = "Sessions")]
    pub session_midnight: bool,
}

impl SessionRuleArgs {
    pub fn any(&self) -> bool {
        self.session_longest.is_some()
            || !self.session_channel.is_empty()
            || self.session_campaign.is_some()
            || self.session_midnight
    }
}
