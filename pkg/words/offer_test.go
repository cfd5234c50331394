package words

import (
	"context"
	"testing"
)

func TestOffer(t *testing.T) {
	both, err := NewOffer("en-US", "en-XA")
	if err != nil {
		t.Fatal(err)
	}
	for accepted, want := range map[string]string{
		"": "en-US", "en-US,en;q=0.5": "en-US", "en-GB": "en-US", "de": "en-US", "*": "en-US", "no language": "en-US", "en-XA": "en-XA", "EN-xa": "en-XA",
	} {
		if got := In(both.For(context.Background(), accepted)).Tag(); got != want {
			t.Errorf("%q is answered in %s, want %s", accepted, got, want)
		}
	}
	alone, err := NewOffer("en-XA")
	if err != nil {
		t.Fatal(err)
	}
	if got := In(alone.For(context.Background(), "en-US")).Tag(); got != "en-XA" {
		t.Errorf("the only language is %s", got)
	}
	if got := In(context.Background()); got != English() {
		t.Errorf("without an offer it is %s", got.Tag())
	}
	for _, tags := range [][]string{nil, {"tlh"}} {
		if _, err := NewOffer(tags...); err == nil {
			t.Errorf("%v are offered", tags)
		}
	}
}

func TestPrefer(t *testing.T) {
	both, err := NewOffer("en-US", "en-XA")
	if err != nil {
		t.Fatal(err)
	}
	for chosen, want := range map[string]string{"": "en-US", "en-US": "en-US", "en-XA": "en-XA", "tlh": "en-US"} {
		if got := In(Prefer(both.For(context.Background(), "en-US"), chosen)).Tag(); got != want {
			t.Errorf("who has chosen %q is answered in %s, want %s", chosen, got, want)
		}
		if got := In(Prefer(context.Background(), chosen)).Tag(); got != "en-US" {
			t.Errorf("without an offer, who has chosen %q is answered in %s", chosen, got)
		}
	}
}

func TestOf(t *testing.T) {
	for want, tags := range map[string][]string{"en-US": {"", "tlh"}, "en-XA": {"", "en-XA", "en-US"}} {
		if got := Of(tags...).Tag(); got != want {
			t.Errorf("of %q it is %s, want %s", tags, got, want)
		}
	}
	if got := Of(); got != English() {
		t.Errorf("of none it is %s", got.Tag())
	}
}
