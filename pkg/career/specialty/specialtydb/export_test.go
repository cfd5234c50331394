package specialtydb

import (
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Trained is the one statement behind a page of who is trained, not run.
func Trained(tx *store.Tx, q specialty.TrainedQuery) *gorm.Statement {
	return Abilities{tx}.trained(q).Session(&gorm.Session{DryRun: true}).Find(&[]shownAbility{}).Statement
}

// RefreshAll writes again what everybody is trained for.
func RefreshAll(tx *store.Tx) error {
	return Abilities{tx}.refresh(tx.Gorm().Table("therapists").Select("id").Where("created_at > ?", store.At(time.Unix(0, 0))))
}
