"""Display: statistics, contrast stretches, colormaps and image encoding."""
