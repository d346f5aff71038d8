//! The two statements every noun of a person's dossier has: its rows for a batch of people, and a new row.

/// Gives a noun's file `of_people` and `insert`.
macro_rules! dossier_rows {
    ($table:ident, $row:ident, $id:ident) => {
        /// The rows of these people, oldest first: one statement for a whole batch.
        ///
        /// # Errors
        /// The database's.
        pub fn of_people(
            conn: &mut $crate::store::Conn,
            people: &[$crate::types::PersonId],
        ) -> $crate::error::Result<Vec<$row>> {
            use $crate::store::schema::$table;
            let rows = $table::table.order($table::id).select($row::as_select());
            // One person's statement stays prepared; one with a list of people is parsed every time.
            Ok(match people {
                [person] => rows.filter($table::person_id.eq(person)).load(conn)?,
                people => rows.filter($table::person_id.eq_any(people)).load(conn)?,
            })
        }

        /// Writes a row and says that the person's clearance may have changed.
        ///
        /// # Errors
        /// The database's.
        pub fn insert(tx: &mut $crate::store::Tx<'_>, row: &$row) -> $crate::error::Result<$id> {
            use $crate::store::schema::$table;
            tx.touch(row.person_id);
            let id: $id = $crate::store::dialect::each!(&mut **tx, |c| {
                diesel::insert_into($table::table).values(row).returning($table::id).get_result(c)
            })?;
            Ok(id)
        }
    };
}
pub(super) use dossier_rows;
