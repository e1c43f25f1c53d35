//! Records read with a string table of their own, turned into records of another.

use super::intern::Translation;
use super::{Facts, File, Keys};

// No `..` below: a key or fact that is added must be thought of here, or it would name a stranger.

impl File {
    /// The same member in the symbols of another table.
    #[must_use]
    pub fn translated(self, to: &Translation) -> Self {
        Self {
            node: to.of(self.node),
            ..self
        }
    }
}

impl Keys {
    /// The same in the symbols of another table.
    pub(super) fn translated(self, to: &Translation) -> Self {
        let Keys {
            agent,
            extension,
            request_id,
            nocache,
            invoke_id,
            thread,
            node,
            client,
            jid,
            session,
        } = self;
        Keys {
            agent: to.of(agent),
            extension: to.of(extension),
            request_id: to.of(request_id),
            nocache,
            invoke_id,
            thread: to.of(thread),
            node: to.of(node),
            client: to.of(client),
            jid: to.of(jid),
            session,
        }
    }
}

impl Facts {
    /// The same in the symbols of another table.
    pub(super) fn translated(self, to: &Translation) -> Self {
        let Facts {
            method,
            resource,
            status,
            elapsed_ms,
            state,
            skill_state,
            msg_id,
            failure,
            peripheral,
            failure_text,
            failure_type,
            reason,
            count,
            word,
            server_time,
            login_name,
            deployment,
            from_localhost,
        } = self;
        Facts {
            method: to.of(method),
            resource: to.of(resource),
            status,
            elapsed_ms,
            state,
            skill_state,
            msg_id,
            failure,
            peripheral,
            failure_text: to.of(failure_text),
            failure_type: to.of(failure_type),
            reason,
            count,
            word: to.of(word),
            server_time,
            login_name: to.of(login_name),
            deployment: to.of(deployment),
            from_localhost,
        }
    }
}
