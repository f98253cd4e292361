"""The five practices that form Five Rivers."""

from tests.factories.practices import GROUP, SOLO, FictionalPractice

FIVE_RIVERS = "Five Rivers Virtual Group"
HILLTOP = FictionalPractice("Hilltop Pediatrics", "961000011", ("2000000119", "2000000226"))
MEADOW = FictionalPractice("Meadow Street Clinic", "961000012", ("2000000333", "2000000440"))
CREEK = FictionalPractice("Willow Creek Care", "961000013", ("2000000556", "2000000663"))
PRACTICES = (SOLO, GROUP, HILLTOP, MEADOW, CREEK)
