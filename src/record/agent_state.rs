//! What an agent is doing, as the logs name it.

use serde::{Deserialize, Serialize};

/// Agent states by CTI number (GED-188, AgentState values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AgentState {
    /// 0: only in requests and skill-group states.
    Login,
    /// 1
    Logout,
    /// 2
    NotReady,
    /// 3: AVAILABLE to CTI, READY to REST.
    Ready,
    /// 4
    Talking,
    /// 5: WORK_NOT_READY to CTI, WORK to REST.
    Work,
    /// 6
    WorkReady,
    /// 7
    BusyOther,
    /// 8
    Reserved,
    /// 9
    Unknown,
    /// 10
    Hold,
}

impl AgentState {
    /// By CTI number; `None` above 10 (non-voice media).
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        use AgentState::*;
        const BY_NUMBER: [AgentState; 11] = [
            Login, Logout, NotReady, Ready, Talking, Work, WorkReady, BusyOther, Reserved, Unknown,
            Hold,
        ];
        BY_NUMBER.get(number as usize).copied()
    }

    /// By the name CTI or REST prints (`AVAILABLE` and `READY` are one state).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "LOGIN" => Self::Login,
            "LOGOUT" => Self::Logout,
            "NOT_READY" => Self::NotReady,
            "READY" | "AVAILABLE" => Self::Ready,
            "TALKING" => Self::Talking,
            "WORK" | "WORK_NOT_READY" => Self::Work,
            "WORK_READY" => Self::WorkReady,
            "BUSY_OTHER" => Self::BusyOther,
            "RESERVED" | "RESERVED_OUTBOUND" | "RESERVED_OUTBOUND_PREVIEW" => Self::Reserved,
            "UNKNOWN" => Self::Unknown,
            "HOLD" => Self::Hold,
            _ => return None,
        })
    }

    /// The name REST prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "LOGIN",
            Self::Logout => "LOGOUT",
            Self::NotReady => "NOT_READY",
            Self::Ready => "READY",
            Self::Talking => "TALKING",
            Self::Work => "WORK",
            Self::WorkReady => "WORK_READY",
            Self::BusyOther => "BUSY_OTHER",
            Self::Reserved => "RESERVED",
            Self::Unknown => "UNKNOWN",
            Self::Hold => "HOLD",
        }
    }
}
