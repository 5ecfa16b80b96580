"""The questions of the published instruction sets, with a few paraphrases of our own."""

from __future__ import annotations

INTERLEAVED = (
    "Please respond with interleaved segmentation masks for the corresponding parts of the answer.",
    "Please output with interleaved segmentation masks for the corresponding phrases.",
)
DESCRIBE = (
    "Could you please give me a detailed description of the image?",
    "Can you provide a thorough description of this image?",
    "Please describe in detail the contents of the image.",
    "Could you give a comprehensive explanation of what can be found within this picture?",
    "Could you give me an elaborate explanation of this picture?",
    "Could you provide me with a detailed analysis of this photo?",
    "Could you please give me a brief description of the image?",
    "What can be seen in this photo?",
)
DESCRIBE_ROOT = "Please provide a detailed description of all the objects present in this image in a comprehensive format."
DESCRIBE_PART = (
    "Can you provide a detailed description in a comprehensive format for {phrase} in the image.",
    "Please describe {phrase} in the image in more detail.",
)
PANOPTIC = (
    "Can you segment all the objects in this image?",
    "Please segment all the objects in this image.",
    "Can you segment everything in this image?",
)
SINGLE = (
    "Can you segment the {referent} in this image?",
    "Can you segment the {referent} in this image.",
    "Please segment {referent} in this image.",
    "Please segment the {referent} in this image.",
    "What is {referent} in this image? Please respond with segmentation mask.",
    "What is {referent} in this image? Please output segmentation mask.",
    "Could you provide a segmentation mask for the {referent} in this image?",
    "Please identify and segment the {referent} in this image.",
    "Where is the {referent} in this picture? Please respond with a segmentation mask.",
    "Can you highlight the {referent} in this image with a segmentation mask?",
)
SEVERAL = (
    "Please segment the {referents} in this image.",
    "Please segment {referents} in this image.",
    "Can you segment the {referents} in this image?",
    "Can you segment {referents} in this image?",
)
REASONING_SUFFIX = ("Please respond with segmentation mask.", "Please output segmentation mask.")

REASONS = (
    ("What could somebody sit down on in this image?", "You could sit down on", ("chair", "couch", "bench", "bed", "toilet")),
    ("What in this image could carry many passengers?", "Many passengers could be carried by", ("bus", "train", "airplane", "boat")),
    ("What in this image can drive on a road?", "On a road you can drive", ("car", "bus", "truck", "motorcycle")),
    ("Which animal can be seen in this image?", "The animal is", ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")),
    ("What in this image could somebody eat?", "Somebody could eat", ("banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake")),
    ("What in this image could somebody drink from?", "Somebody could drink from", ("cup", "wine glass", "bottle")),
    ("What in this image would you use to cut food?", "To cut food you would use", ("knife", "fork")),
    ("What in this image protects from rain?", "Against rain helps", ("umbrella",)),
    ("What in this image shows the time?", "The time is shown by", ("clock",)),
    ("What in this image tells drivers when to stop?", "Drivers are told to stop by", ("traffic light", "stop sign")),
    ("What in this image could somebody carry things in?", "Things could be carried in", ("backpack", "handbag", "suitcase")),
    ("What in this image could somebody read?", "Somebody could read", ("book",)),
    ("What in this image shows moving pictures?", "Moving pictures are shown by", ("tv", "laptop", "cell phone")),
    ("What in this image keeps food cold?", "Food is kept cold by", ("refrigerator",)),
    ("What in this image can be used to ride over water or snow?", "One can ride on", ("surfboard", "skis", "snowboard", "boat")),
    ("What in this image is used to hit a ball?", "A ball is hit with", ("tennis racket", "baseball bat")),
    ("Where in this image could somebody wash their hands?", "Hands could be washed at", ("sink",)),
    ("Where in this image could somebody sleep?", "Somebody could sleep on", ("bed", "couch")),
    ("Who in this image could answer a question?", "A question could be answered by", ("person",)),
)
"""Question, the beginning of the answer, and the classes that it is about."""
