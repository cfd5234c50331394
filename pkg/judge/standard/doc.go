// Package standard judges: a Standard is a set of rules held as data, and
// Evaluate says what it makes of someone's credits, rule by rule.
//
// It is pure: no clock, no database, no randomness. The same credits in any
// order give the same standing. It must never know who asks, nor how a standard
// or a standing is kept.
//
// # The order of application
//
//  1. Reversed credits and their reversals are left out.
//  2. The others are ordered by local date; on one date those without a start
//     come first, then by start, then by id (Order). The order of the rules
//     never matters.
//  3. Each credit, in that order, goes through the rules once:
//     a. hour or contact_hour turns its taught minutes into minutes by the clock and rounds them;
//     b. one that a rule does not permit counts nothing: a subject that the
//     standard does not know, supervision, window, in_cycle, excluded, within,
//     grade_minimum, transfer_record, transfer_age, disallowed, once, since,
//     one_program;
//     c. one that an extra chooses is outside the total, and passes by d and e;
//     d. one that a gate chooses counts nothing until what was valid before it
//     opens the gate; what was earned too early stays recorded and is never
//     made valid later;
//     e. of the rest as many minutes count as leave room under all caps.
//  4. In the end total, minima, extras, paces, any_of and all_of are compared
//     with what is valid. The standing is met when all of them are. What nobody can
//     judge (unjudged) lets it be ask at best.
//
// # How the rules are read
//
// Where a source leaves it open, the reading that is best for the student is
// taken, and told here.
//
// Caps are filled by date, greedily: who comes first counts. Another choice of
// credits may make more valid minutes where two caps meet (a clinic's cap and a
// day's cap, say); it is not looked for, because then a session of today could
// make one of last year invalid. So what counts once counts as long as nothing
// earlier is added or taken back.
//
// What someone holds besides credits (a license, a passed examination) comes as
// Facts with the day of asking; nothing is held of which no fact tells. A fact
// counts on both its first and its last day, and credits of the day on which it
// was first held count already. Where only one program's credits count, each is
// tried: one that meets the standard before one that does not, then the one of
// which more is valid, then the one that began first.
//
// Which rules are in force is asked once, by RulesFor: on the day of the enrollment
// or of the application, which the standard's basis tells. Nobody is judged by a
// standard that is not in force. A total within a choice is one way among others:
// who goes another lacks none of its hours.
//
// What has to be finished within a time is what counts within it: nothing later is
// made to count, and nothing that counted is lost by what comes later. How old a
// transfer is is asked on the day of the basis; on the last day it counts. A share of
// a total whose sources conflict is, as a cap, one of its lowest figure, and as a
// minimum one of its highest, below which it is asked about.
//
// Minutes are whole. A fraction of the total is rounded down. The caps of a day,
// a week (Monday to Sunday) and a month are about sessions and leave transfers
// alone, which are posted as one lump. A credit lies on its local date.
//
// A session without a recorded mode of supervision is taken as supervised in the
// way that is asked for, since a supervisor signed it; a credit that nobody
// graded passes a minimum of grades. Unsupervised minutes count only where no
// rule forbids it, and supervision can never be made to permit them.
//
// Both the first and the last day belong to a pace, and only days with minutes
// that count. A month from the 31st ends with the next month's last day.
//
// Breaks are paid for by teaching: to 50 minutes belong up to 10 of break. Of a
// session longer than a rule's block the breaks of one block count; log it as
// several sessions to have all. Only breaks that were recorded can count, and
// never more minutes than elapsed.
//
// # What it costs
//
// Evaluate is linear in the credits, after sorting them; Order sorts once for
// many standards. The cost of a standing after one new entry cannot be the same
// at 100 and at 10,000 earlier credits: an entry is signed days after its
// session and so takes its place among others, a correction takes back an old
// one, and through gates and caps either may change every later credit. Only an
// entry at the very end could go on from where the last evaluation stopped, and
// that state would have to be kept and held against the ledger for the sake of
// the three milliseconds that judging 10,000 credits takes.
package standard
