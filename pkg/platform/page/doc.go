// Package page is the kernel of the pages: who asks, what a form says, how a
// page is answered, and the frame around it. It knows no subject; those have
// packages of their own, such as renewal/renewalweb.
//
// # A subject's pages
//
// A type Pages holds the services that its pages show and change, and lists its
// routes and what it adds to the menu. A route names the access.Action that it
// comes down to; a handler decides nothing about rights, which the services do.
// On hands it the identifier in the address.
//
// A look is a View, shown by Show. A form is a Form, done by Submit: what was
// sent is read, the command is run, and the browser is sent on; what has to be
// fixed is shown by the same View again.
//
//	func (p *Pages) showReminders(r *page.Request) error { return r.Show(p.reminders(r, render.Form{})) }
//
//	func (p *Pages) setReminders(r *page.Request) error {
//		return r.Submit(page.Form{
//			Read: func(f *page.Reading) page.Command {
//				in := renewal.PreferencesInput{Zone: f.Text("zone")}
//				return func() (page.Next, error) {
//					_, err := p.Renewal.SetPreferences(r.Ctx(), r.Actor, r.Actor.TherapistID, f.Version(), in)
//					return page.To("/record/reminders", r.Say("renewal.reminders.reminders_saved")), err
//				}
//			},
//			Again: func(form render.Form) (page.View, error) { return p.reminders(r, form) },
//		})
//	}
//
// Forms work without JavaScript.
package page
