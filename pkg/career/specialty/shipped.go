package specialty

import (
	"slices"
)

// shipped is the catalog that every school begins with. For the conditions
// and modalities that say so no national standard of hours was found.
var shipped = []Topic{
	condition("neck", "Neck pain", true), condition("back", "Back pain", true), condition("sciatica", "Sciatic release", true),
	condition("carpal-tunnel", "Carpal tunnel syndrome", true), condition("rotator-cuff", "Rotator cuff injury", true),
	condition("tmj", "Jaw joint disorder (TMJ)", false), condition("migraine", "Migraine and headache", true),
	condition("sports-injury", "Sports injury", true), condition("fibromyalgia", "Fibromyalgia", true),
	condition("oncology", "Cancer and its treatment", false), condition("lymphedema", "Lymphedema", false),
	condition("lipedema", "Lipedema", true), condition("after-surgery", "After surgery", false), condition("prenatal", "Pregnancy", true),
	technique("trigger-point", "Trigger point therapy"), technique("stretching", "Stretching"),
	technique("manual-lymphatic-drainage", "Manual lymphatic drainage"), technique("intraoral", "Intraoral massage"),
	technique("swedish", "Swedish massage"), technique("deep-tissue", "Deep tissue massage"), technique("myofascial", "Myofascial release"),
	technique("neuromuscular", "Neuromuscular therapy"), technique("compression-bandaging", "Compression bandaging"),
	technique("scar-tissue", "Scar tissue work"), technique("joint-mobilization", "Gentle joint movement"),
	modality("heat", "Heat"), modality("cold", "Cold"), modality("hydrotherapy", "Hydrotherapy"), modality("mechanical-devices", "Mechanical devices"),
	setting("clinic", "Clinic"), setting("hospital", "Hospital"), setting("medical-office", "Medical office"),
}

func condition(code, title string, schoolHours bool) Topic {
	return Topic{TopicRef: TopicRef{Kind: TopicCondition, Code: code}, Title: title, Shipped: true, SchoolHours: schoolHours}
}

func technique(code, title string) Topic {
	return Topic{TopicRef: TopicRef{Kind: TopicTechnique, Code: code}, Title: title, Shipped: true}
}

func modality(code, title string) Topic {
	return Topic{TopicRef: TopicRef{Kind: TopicModality, Code: code}, Title: title, Shipped: true, SchoolHours: true}
}

func setting(code, title string) Topic {
	return Topic{TopicRef: TopicRef{Kind: TopicSetting, Code: code}, Title: title, Shipped: true}
}

// Shipped is the catalog that Palmar brings, by kind. The list is the caller's.
func Shipped() []Topic { return slices.Clone(shipped) }

// TitleOf is the title of a shipped topic's code, or the code itself.
func TitleOf(kind TopicKind, code string) string {
	for _, t := range shipped {
		if t.Code == code && t.Kind == kind {
			return t.Title
		}
	}
	return code
}
