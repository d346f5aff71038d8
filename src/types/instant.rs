//! Instants: UTC, whole microseconds, the same on both databases.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;

/// A moment in UTC. Cut to whole seconds: SQLite would keep nine digits and PostgreSQL six.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    AsExpression,
    FromSqlRow,
    serde::Serialize,
    serde::Deserialize,
)]
#[diesel(sql_type = Timestamp)]
#[serde(transparent)]
pub struct At(NaiveDateTime);

impl At {
    /// The moment, cut to the second.
    pub fn new(moment: DateTime<Utc>) -> At {
        At(moment.naive_utc().trunc_subsecs(0))
    }

    /// The same moment for chrono.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// This moment and `span` more.
    #[must_use]
    pub fn plus(self, span: TimeDelta) -> At {
        At(self.0 + span)
    }

    /// How long from `earlier` to this.
    pub fn since(self, earlier: At) -> TimeDelta {
        self.0 - earlier.0
    }
}

impl fmt::Display for At {
    /// ISO 8601 in UTC, as the trail hashes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for At
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for At
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(At)
    }
}
