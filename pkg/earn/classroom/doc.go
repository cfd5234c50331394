// Package classroom keeps attendance in class: an instructor plans a class
// session with a roster, students check in, and the instructor signs the roster
// as one. What was attended becomes signed entries and credits, like any other
// session. It must never know pages or a database.
//
// # What a code proves
//
// The code on the instructor's screen changes every 20 seconds and is made from
// a secret of the class, so that it fits no other class and no other moment. The
// server's clock alone decides; what a telephone believes of the time is never
// asked. Scanning it gives a ticket that belongs to the student's own sign-in
// and is good for a minute; nobody can use the ticket of someone else, and a
// second use changes nothing. A photograph is worth nothing once the code has
// changed.
//
// It does not prove more than that. Someone in the room who sends the code on
// at once, to a friend who is signed in and waits for it, beats any code; that
// is why the instructor sees who is checked in while the class goes on, counts
// heads, and answers for the roster with a signature.
package classroom
