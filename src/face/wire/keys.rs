//! The keys that principals registered.

use super::address::addressed;
use crate::base::OrgId;
use crate::engine::KeyView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Registers a public SSH key of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewKeyBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The key as `ssh-keygen` writes it: `ssh-ed25519 AAAA...`.
    pub public_key: String,
}

/// The parameters of a list of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct KeysParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only the keys of this principal, such as `user:ada`.
    pub principal: Option<String>,
}
addressed!(NewKeyBody, KeysParams);

/// A registered key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredKey {
    /// Its fingerprint, such as `SHA256:...`.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: String,
    /// The key in OpenSSH form.
    pub public_key: String,
    /// From when on it counts.
    pub created_at: String,
    /// The last moment that it counts for; null while it is in use.
    pub retired_at: Option<String>,
}

impl From<KeyView> for RegisteredKey {
    fn from(view: KeyView) -> Self {
        Self {
            fingerprint: view.fingerprint,
            principal: view.principal.to_string(),
            public_key: view.public_key,
            created_at: view.created_at.to_string(),
            retired_at: view.retired_at.map(|at| at.to_string()),
        }
    }
}

/// The registered keys of an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyList {
    /// The org.
    pub organization: String,
    /// Each of them, oldest first.
    pub items: Vec<RegisteredKey>,
}

impl KeyList {
    /// The keys of an org.
    pub fn new(org: &OrgId, views: Vec<KeyView>) -> Self {
        Self { organization: org.to_string(), items: views.into_iter().map(RegisteredKey::from).collect() }
    }
}
