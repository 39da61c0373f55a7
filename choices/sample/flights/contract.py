"""What a snapshot must look like before it may land or be trained on."""

from modelyard_platform import Column, Contract

CONTRACT = Contract(
    key="flight_id",
    time="scheduled_at",
    fresh_within_days=2,
    min_rows=1000,
    columns={
        "flight_id": Column("string"),
        "scheduled_at": Column("datetime"),
        "carrier": Column("string"),
        "flight": Column("integer", minimum=1, maximum=9999),
        "tailnum": Column("string", nullable=True),
        "origin": Column("string", allowed=("EWR", "JFK", "LGA")),
        "dest": Column("string"),
        "distance": Column("integer", minimum=10, maximum=6000),
        "scheduled_arrival": Column("integer", minimum=0, maximum=1440),
        "dep_delay": Column("number", minimum=-120, maximum=2000, known_after=True),
        "arr_delay": Column("number", minimum=-180, maximum=2000, known_after=True),
        "air_time": Column("number", minimum=10, maximum=1000, known_after=True),
        "temp": Column("number", minimum=-30, maximum=130, nullable=True),
        "dewp": Column("number", minimum=-60, maximum=100, nullable=True),
        "humid": Column("number", minimum=0, maximum=100, nullable=True),
        "wind_dir": Column("number", minimum=0, maximum=360, nullable=True),
        "wind_speed": Column("number", minimum=0, maximum=150, nullable=True),
        "wind_gust": Column("number", minimum=0, maximum=200, nullable=True),
        "precip": Column("number", minimum=0, maximum=10, nullable=True),
        "pressure": Column("number", minimum=900, maximum=1100, nullable=True),
        "visib": Column("number", minimum=0, maximum=100, nullable=True),
        "plane_year": Column("number", minimum=1940, maximum=2014, nullable=True),
        "engines": Column("number", minimum=1, maximum=4, nullable=True),
        "seats": Column("number", minimum=1, maximum=600, nullable=True),
    },
)
