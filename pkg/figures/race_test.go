//go:build race

package figures_test

// raceDetector allocates by itself.
const raceDetector = true
