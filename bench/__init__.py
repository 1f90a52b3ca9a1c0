"""Measuring: figures come with the machine, the date and a floor taken in the same run."""
