// Package store keeps the record in SQLite or PostgreSQL through GORM.
//
// Each service declares the slice of Tx that it consumes; Bind hands it out.
// Rows are unexported structs with explicit columns, and the numbered SQL
// migrations, mirrored for both databases, own the schema. Drivers' errors
// leave this package as faults of core. It knows no rule of the record but
// those that the database itself enforces.
package store
