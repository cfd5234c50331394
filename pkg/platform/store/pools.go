package store

import "database/sql"

// Pools are the connection pools by name, for their figures alone.
func (db *DB) Pools() map[string]*sql.DB {
	if db.sqlRead == db.sqlWrite {
		return map[string]*sql.DB{"main": db.sqlWrite}
	}
	return map[string]*sql.DB{"write": db.sqlWrite, "read": db.sqlRead}
}
