"""What a run is told: settings, and how their texts are parsed."""
