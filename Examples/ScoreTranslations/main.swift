// Scores translations with BLEU and chrF, and writes a report.
//
//     swift run -c release ScoreTranslations [OUT.html]
import Foundation
import LLMEval

let references = [
    "The printer on the second floor is out of paper.", "Please restart your computer after the update.",
    "The meeting was moved to Thursday morning.", "Her laptop battery lasts for about an hour.",
]
let first = [
    "The printer on the second floor has no paper.", "Please restart your computer after the update.",
    "The meeting was moved to Thursday.", "Her laptop's battery lasts about an hour.",
]
let second = [
    "Printer in second floor is without paper.", "Please start your computer new after update.",
    "The meeting is on Thursday in the morning moved.", "Her laptop battery holds about one hour.",
]

var metrics: [MetricResult] = []
for (name, hypotheses) in [("first system", first), ("second system", second)] {
    let bleu = try BLEU().score(hypotheses: hypotheses, references: references.map { [$0] })
    let chrF = try ChrF().score(hypotheses: hypotheses, references: references.map { [$0] })
    print("\(name): BLEU \(bleu.score), chrF \(chrF.score)")
    metrics += [MetricResult("BLEU, \(name)", bleu), MetricResult("chrF, \(name)", chrF)]
}
let report = EvaluationReport(
    title: "Two translation systems", summary: "Scored against one reference each.", headline: metrics,
    sections: [ReportSection("Scores", [.table(ReportTable(metrics: metrics))])])
let out = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : NSTemporaryDirectory() + "translations.html"
try report.save(html: out)
print("report in \(out)")
