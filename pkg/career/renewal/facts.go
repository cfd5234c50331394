package renewal

import "github.com/palmar/palmar/pkg/core"

// How sure a fact of a jurisdiction is: its own rule was read, someone else's
// summary was, or the sources are old or differ.
const (
	ConfidenceHigh   = "high"
	ConfidenceMedium = "medium"
	ConfidenceLow    = "low"
)

// Fact is what is known of one step in a jurisdiction, and from where.
type Fact struct {
	Text       string
	Confidence string
	Source     string
	// Minutes of continuing education in so many Years; 0: none is asked for.
	Minutes core.Minutes
	Years   int
}

const hour core.Minutes = 60

// education is the continuing education that a renewal takes, by jurisdiction.
// What is not in it is not known.
var education = map[string]Fact{
	"AL": {"16 hours in two years.", ConfidenceMedium, "ABMP, undated", 16 * hour, 2},
	"AK": {"16 hours in two years.", ConfidenceMedium, "ABMP, undated", 16 * hour, 2},
	"AZ": {"24 hours in two years, at most 12 of them at a distance. None carries over.", ConfidenceMedium, "massagetherapy.az.gov", 24 * hour, 2},
	"FL": {"24 hours in two years: 12 in person, 2 on medical errors, 2 on law, 2 on ethics, 1 on human trafficking, 5 others. Providers report within 30 days. A first period takes 1 hour for each month.",
		ConfidenceHigh, "64B7-28.009, 64B-5.002, 2024", 24 * hour, 2},
	"GA": {"24 hours in two years, 12 of them hands-on. They are reported at CE Broker; a waiver is asked for before the license ends.", ConfidenceHigh, "345-4-.02, 2024", 24 * hour, 2},
	"IL": {"25 hours in two years.", ConfidenceMedium, "Massage Today, 2024", 25 * hour, 2},
	"KY": {"12 hours in two years, 3 of them on ethics.", ConfidenceMedium, "massageschoolnotes.com, 2021", 12 * hour, 2},
	"LA": {"12 hours each year. Less than 30 minutes do not count.", ConfidenceMedium, "massageschoolnotes.com", 12 * hour, 1},
	"MD": {"24 hours in two years: 3 on ethics, 3 on communicable disease, 1 on diversity.", ConfidenceMedium, "COMAR 10.65.01.07", 24 * hour, 2},
	"MI": {"18 hours in three years: 2 on ethics, 1 on pain; training on implicit bias comes on top. None carries over.", ConfidenceMedium, "elitelearning.com", 18 * hour, 3},
	"NE": {"16 hours in two years: 8 hands-on, 3 on ethics, at most half online.", ConfidenceHigh, "172 NAC 81-008, 2024", 16 * hour, 2},
	"NJ": {"20 hours in two years, 2 of them on ethics.", ConfidenceLow, "nj.wp.amtamassage.org, 2014", 20 * hour, 2},
	"NM": {"16 hours in two years, at most 8 of them online. None carries over; at least one in ten is audited.", ConfidenceHigh, "NM Register, March 2026", 16 * hour, 2},
	"NY": {"36 hours in three years; a first registration is exempt.", ConfidenceHigh, "op.nysed.gov", 36 * hour, 3},
	"ND": {"24 hours in two years: 12 hands-on, at most half of them remote. After 15 years it is 6 hours, after 25 years 3. An odd or even number sets the period.", ConfidenceHigh, "43-25-09, 2024", 24 * hour, 2},
	"OH": {"None is asked for.", ConfidenceLow, "massageschoolnotes.com, undated", 0, 2},
	"OK": {"10 hours in two years; CPR counts.", ConfidenceMedium, "massageschoolnotes.com", 10 * hour, 2},
	"OR": {"25 hours in two years: at least 15 contact hours, 4 on ethics; CPR counts.", ConfidenceMedium, "massageschoolnotes.com", 25 * hour, 2},
	"PA": {"24 hours in two years: 4 on ethics, at least 16 contact hours; CPR does not count. A waiver is asked for 60 days before the license ends.", ConfidenceMedium, "lancasterschoolofmassage.com", 24 * hour, 2},
	"RI": {"6 hours each year until 2024, when it was raised.", ConfidenceMedium, "massageschoolnotes.com; 2024 ch. 346", 6 * hour, 1},
	"TN": {"24 hours in two years: 2 on law, 2 on ethics, at most 8 at a distance. The same course counts once.", ConfidenceMedium, "massageschoolnotes.com, 2017", 24 * hour, 2},
	"TX": {"12 hours in two years, and a course on human trafficking.", ConfidenceHigh, "16 TAC 117, 2024", 12 * hour, 2},
	"VA": {"24 hours in two years, 1 of them on ethics; or a board certification. A first period is exempt.", ConfidenceMedium, "18VAC90-50; massageschoolnotes.com", 24 * hour, 2},
	"WA": {"24 hours in two years, 2 of them on health equity.", ConfidenceMedium, "WSR 23-19-026, 2024", 24 * hour, 2},
	"WI": {"24 hours in two years, 2 of them on ethics. A first period is exempt.", ConfidenceHigh, "dsps.wi.gov", 24 * hour, 2},
}

// resuscitation and insurance are where a CPR certificate or a liability policy
// is known to be asked for.
var (
	resuscitation = map[string]Fact{
		"MD": {Text: "A CPR certificate that is in force.", Confidence: ConfidenceMedium, Source: "COMAR 10.65.01.07"},
		"NJ": {Text: "A CPR certificate that is in force.", Confidence: ConfidenceMedium, Source: "njconsumeraffairs.gov/mbt, 2024"},
	}
	insurance = map[string]Fact{
		"AL": {Text: "A liability policy of $1,000,000.", Confidence: ConfidenceMedium, Source: "massageliabilityinsurancegroup.com, undated"},
		"CT": {Text: "A liability policy of $500,000 by case and $1,000,000 in all.", Confidence: ConfidenceHigh, Source: "Connecticut, 2019"},
	}
)

// boards are where a renewal is made, as far as it is known.
var boards = map[string]string{
	"AZ": "https://massagetherapy.az.gov", "FL": "https://floridasmassagetherapy.gov", "NJ": "https://www.njconsumeraffairs.gov/mbt",
	"NY": "https://www.op.nysed.gov", "WI": "https://dsps.wi.gov",
}

// late is what is known of a renewal after the last day.
var late = map[string]Fact{
	"FL": {Text: "A license that is delinquent does not let its holder practice, and is null and void at the end of the next period.", Confidence: ConfidenceHigh, Source: "floridasmassagetherapy.gov"},
	"GA": {Text: "A late renewal is possible for 30 days.", Confidence: ConfidenceHigh, Source: "345-4-.02"},
	"NY": {Text: "A conditional registration of one year is possible where education is missing.", Confidence: ConfidenceHigh, Source: "op.nysed.gov"},
	"TX": {Text: "Whose license has expired may neither practice nor use the title.", Confidence: ConfidenceHigh, Source: "16 TAC 117"},
}
