"""An event file as the tensorboard package (2.21) writes it: tensorboard.tfevents."""
import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

events = [event_pb2.Event(wall_time=1700000000.5, file_version="brain.Event:2")]
for step in [1, 300]:
    summary = summary_pb2.Summary()
    for tag, value in [
        ("train/loss", 2.5 / step),
        ("train/learning_rate", 1e-3),
        ("train/gradient_norm", 0.75),
        ("train/tokens_per_second", 1234.5),
    ]:
        summary.value.add(tag=tag, simple_value=value)
    events.append(event_pb2.Event(wall_time=1700000000.5, step=step, summary=summary))
summary = summary_pb2.Summary()
summary.value.add(tag="evaluation/loss", simple_value=0.0)
summary.value.add(tag="evaluation/perplexity", simple_value=1.0)
events.append(event_pb2.Event(wall_time=1700000000.5, step=0, summary=summary))
with open(pathlib.Path(__file__).parent / "tensorboard.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
