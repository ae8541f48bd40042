"""Searching a Freqtrade strategy's parameters: Freqtrade's search, with swift epochs."""

from tidegate.freqtrade.hyperopt.epoch import Epoch
from tidegate.freqtrade.hyperopt.export import told
from tidegate.freqtrade.hyperopt.found import Found, Place
from tidegate.freqtrade.hyperopt.laboratory import Laboratory
from tidegate.freqtrade.hyperopt.recipe import Recipe, swift
from tidegate.freqtrade.hyperopt.search import jobs_of, search

__all__ = ["Epoch", "Found", "Laboratory", "Place", "Recipe", "jobs_of", "search", "swift", "told"]
