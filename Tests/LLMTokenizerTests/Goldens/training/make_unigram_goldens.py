"""Makes unigram.json: unigram models that the `tokenizers` library (0.23.3) trains on the corpora of corpora.json.

Scalars that were dropped come back just above the lowest score in the order of a randomly seeded hash table; all other
scores do not depend on it. Run make_training_goldens.py first.
"""

import json
import os

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
CORPORA = json.load(open(os.path.join(HERE, "corpora.json")))["corpora"]
CASES = [("words", 6000), ("words", 600), ("words", 250), ("scripts", 6000), ("scripts", 300), ("ties", 100)]

results = []
for corpus, size in CASES:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=size, unk_token="<unk>", special_tokens=["<unk>", "<s>"], show_progress=False)
    tokenizer.train_from_iterator(CORPORA[corpus], trainer)
    pieces = json.loads(tokenizer.to_str())["model"]["vocab"]
    scores = [score for _, score in pieces]
    likelihood = sum(scores[index] for text in CORPORA[corpus] for index in tokenizer.encode(text, add_special_tokens=False).ids)
    kept = {token: round(score, 12) for token, score in pieces}
    results.append({"corpus": corpus, "size": size, "count": len(pieces), "likelihood": likelihood, "pieces": kept})
    print(corpus, size, len(pieces), likelihood)
with open(os.path.join(HERE, "unigram.json"), "w") as file:
    json.dump(results, file, ensure_ascii=False)
