//go:build !race

package figures_test

const raceDetector = false
