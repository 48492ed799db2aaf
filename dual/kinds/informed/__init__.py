"""Kind ``informed-persuasion``: a sender persuades receivers who know something that she does not see."""
