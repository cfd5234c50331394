package core

// Budget is how much of something the addresses of one network may have in a day, which
// begins with the first of it. Routes with the same name spend the same budget. Spent is
// the id of the sentence that says so, and in how many hours ("count") there is more.
type Budget struct {
	Name  string
	Most  int
	Spent string
}
