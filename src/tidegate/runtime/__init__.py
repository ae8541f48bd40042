"""The one room that knows everyone: configuration, wiring, supervision."""
