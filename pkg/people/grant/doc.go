// Package grant keeps what people let organizations see of their records: asked for
// by an organization or given unasked, for a purpose and until a day, and ended by
// either side at once. What a grant opens is decided by access.
package grant
