package demo

import (
	"fmt"
	"strings"
)

// Domain is where everybody at Brightwater has an address.
const Domain = "brightwater.example"

// Person is someone at the school.
type Person struct {
	Name  string
	Email string
}

// Supervisors of the school: of the classroom, the lab, the clinic, the distance
// classes and the externship. Nobody is at two places at once.
var Supervisors = []Person{
	{"Rosa Alvarez", "r.alvarez@" + Domain},
	{"Tunde Okafor", "t.okafor@" + Domain},
	{"Maja Lindqvist", "m.lindqvist@" + Domain},
	{"Nadia Rahman", "n.rahman@" + Domain},
	{"Elio Conti", "e.conti@" + Domain},
}

var given = []string{
	"Ana", "Kofi", "Mei-Ling", "Siobhán", "Dmitri", "Fatima", "Lucía", "Hiroshi", "Aaliyah", "Søren", "Priya", "João",
	"Nia", "Tomasz", "Leilani", "Omar", "Chloé", "Ngozi", "Mateo", "Ingrid", "Ravi", "Zoë", "Yusuf", "Hannah",
	"Linh", "Marcus", "Esperanza", "Björn", "Keisha", "Arash", "Beatriz", "Wei", "Maeve", "Iker", "Sunita", "Daniel",
	"Amara", "Pavel", "Renée", "Tane",
}

var family = []string{
	"Ortega", "Mensah", "Chen", "Ní Bhriain", "Petrov", "al-Sayed", "Núñez", "Tanaka", "Robinson", "Kjær", "Raman", "Figueiredo",
	"Wanjiru", "Zieliński", "Kahale", "Haddad", "Dupont", "Eze", "Vargas", "Solberg", "Iyer", "van der Berg", "Demir", "Goldberg",
	"Nguyễn", "Whitfield", "Quispe", "Ström", "Jackson", "Farahani", "Carvalho", "Zhang", "O'Neill", "Etxeberria", "Thapa", "Kowalski",
	"Diallo", "Novák", "Lefèvre", "Parata",
}

// MostStudents is how many different names there are.
const MostStudents = 1600

// student is the nth person of the school's invented students.
func student(n int) Person {
	f := family[(n%len(given)+n/len(given))%len(family)]
	return Person{
		Name:  given[n%len(given)] + " " + f,
		Email: fmt.Sprintf("%s.%s@%s", plain.Replace(given[n%len(given)]), plain.Replace(f), Domain),
	}
}

// plain writes a name as an address has it.
var plain = strings.NewReplacer(append(capitals(),
	" ", "", "'", "", "á", "a", "ã", "a", "æ", "ae", "é", "e", "è", "e", "ễ", "e", "ë", "e", "í", "i", "ï", "i",
	"ñ", "n", "ń", "n", "ö", "o", "ø", "o", "ú", "u")...)

func capitals() []string {
	var pairs []string
	for c := 'A'; c <= 'Z'; c++ {
		pairs = append(pairs, string(c), strings.ToLower(string(c)))
	}
	return pairs
}

var notes = map[string][]string{
	"anatomy-physiology":  {"Chapter quiz", "Skeletal model, shoulder girdle", "Review for the midterm", "Nervous system, part 2", "Lymphatic system"},
	"kinesiology":         {"Gait analysis in pairs", "Rotator cuff: origins and insertions", "Goniometer practice"},
	"pathology":           {"Contraindications: case studies", "Guest speaker: oncology nurse", "Fibromyalgia and migraine"},
	"massage-practice":    {"Swedish routine, back and legs", "Trigger points, upper trapezius", "Draping and body mechanics", "Neck and TMJ work, supervised", "Practical exam rehearsal", "Manual lymphatic drainage, introduction"},
	"hydrotherapy":        {"Contrast bath", "Hot stone safety", "Cold applications after injury"},
	"ethics-law-business": {"Boundaries and consent", "Record keeping, SOAP notes", "Scope of practice by state", "Business plan presentations"},
	"clinical-practice":   {"Two clients: sciatic pain, desk neck", "Client with physician's plan, carpal tunnel", "Intake and SOAP notes for three clients", "Post-surgical client, doctor's note on file", "Sports injury, second visit"},
}
