package license

import "github.com/palmar/palmar/pkg/core"

// whose takes from an answer what is not known to be of the holder: of a license that
// another person's record names too nothing is certain, and its discipline is a doubt;
// of one that is not the holder's, by decision of the operator, nothing is said.
func (h held) whose(p Practice) Practice {
	if h.Holder == "" {
		return p
	}
	p.Answer, p.Rule, p.Back, p.RenewBy, p.LookedOn, p.LooksUntil = CouldNotCheck, nil, "", core.Date{}, core.Date{}, core.Date{}
	p.Title, p.Because = TitleUnknown, because("license_holder."+string(h.Holder), "license", h.named())
	if h.Holder == core.Disowned {
		p.Standing, p.Disciplined, p.Barred, p.Doubted, p.BarredSince = "unknown", false, false, false, core.Date{}
		return p
	}
	p.Barred, p.Doubted = false, p.Barred || p.Doubted
	return p
}
