//! Which org a request is for.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

/// A request that can say which org it is for. In a path without an org it has to.
pub trait Addressed: DeserializeOwned + Send + Sync + 'static {
    /// The org, where the request says it.
    fn organization(&self) -> Option<&str>;
}

/// A request that says nothing but its org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Address {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
}

/// Says for each type that its `organization` field is its org.
macro_rules! addressed {
    ($($name:ty),* $(,)?) => {
        $(impl crate::face::wire::Addressed for $name {
            fn organization(&self) -> Option<&str> {
                self.organization.as_deref()
            }
        })*
    };
}
pub(super) use addressed;

addressed!(Address);
