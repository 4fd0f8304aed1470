/// How a report looks: one style sheet for light and dark, wide and narrow, screen and paper.
enum ReportStyle {
    static let sheet = """
        :root{color-scheme:light dark;--page:#f4f5f8;--card:#fff;--ink:#161a22;--muted:#5a6374;--line:#dde1e8;
        --soft:#eef1f6;--accent:#2459c4;--good:#0b7350;--bad:#b42318;--warn:#9a5b00;
        --c0:#2563c9;--c1:#c4500c;--c2:#0f7b6c;--c3:#8339c0;--c4:#b32e67;--c5:#5d6675}
        @media(prefers-color-scheme:dark){:root{--page:#10131a;--card:#181c25;--ink:#e8ebf1;--muted:#9aa4b5;
        --line:#2b3240;--soft:#212734;--accent:#84b1ff;--good:#4fd19b;--bad:#ff8a80;--warn:#f2b45c;
        --c0:#7fb0ff;--c1:#ff9f66;--c2:#4fd0b6;--c3:#c79bff;--c4:#ff8fba;--c5:#aab3c2}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
        "Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
        main{max-width:1080px;margin:0 auto;padding:40px 24px 64px}
        header{margin-bottom:28px}
        h1{font-size:2.1rem;line-height:1.2;letter-spacing:-.02em;margin:0 0 8px}
        h2{font-size:1.35rem;letter-spacing:-.01em;margin:44px 0 14px}
        h2:focus,section:focus{outline:none}
        p{margin:0 0 12px;max-width:72ch}
        .lead{font-size:1.1rem;color:var(--muted)}
        a{color:var(--accent)}
        code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
        .card,figure,.tile,nav{background:var(--card);border:1px solid var(--line);border-radius:12px}
        .card{padding:18px 20px;margin:0 0 16px}
        nav{padding:10px 16px;margin:0 0 20px}
        nav ol{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin:0;padding:0}
        nav a{text-decoration:none;display:inline-block;padding:4px 0}nav a:hover{text-decoration:underline}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,210px),1fr));gap:14px;margin:0 0 20px}
        .tile{padding:16px 18px;display:flex;flex-direction:column;gap:2px}
        .tile .name{color:var(--muted);font-size:.88rem}
        .tile .value{font-size:1.95rem;line-height:1.2;font-weight:650;letter-spacing:-.02em;
        font-variant-numeric:tabular-nums}
        .tile .unit{font-size:1rem;font-weight:500;color:var(--muted);letter-spacing:0}
        .tile .range,.tile .change{font-size:.86rem;color:var(--muted);font-variant-numeric:tabular-nums}
        .tile code{color:var(--muted);font-size:.7rem;margin-top:6px}
        .change.good{color:var(--good)}.change.bad{color:var(--bad)}
        dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:6px 22px;margin:0}
        dt{color:var(--muted)}dd{margin:0}
        .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:16px;margin:0 0 16px}
        figure{margin:0 0 16px;padding:16px 18px}.plots figure{margin:0}
        .plots.one{grid-template-columns:minmax(0,760px)}
        figcaption strong{display:block}figcaption span{color:var(--muted);font-size:.9rem}
        svg{display:block;width:100%;height:auto;margin:10px 0 2px;overflow:visible}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--muted)}
        svg .strong{fill:var(--ink)}svg .title{fill:var(--ink);font-weight:600;font-size:13px}
        svg .kind{font-size:9.5px;letter-spacing:.08em}
        .grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--muted);stroke-width:1}
        .chance{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:4 4}
        .curve{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
        .whisker{stroke:var(--ink);stroke-width:1.5}.arrow{fill:none;stroke:var(--muted);stroke-width:1.4}
        .head{fill:var(--muted)}.box{fill:var(--soft);stroke-width:1.4}
        .legend{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:4px 0 0;padding:0;font-size:.86rem}
        .legend svg{display:inline-block;width:26px;height:10px;margin:0 6px 0 0;vertical-align:middle}
        details{margin-top:8px;font-size:.86rem}summary{cursor:pointer;color:var(--muted)}
        .scroll{overflow-x:auto;max-height:480px}
        table{border-collapse:collapse;width:100%;font-size:.92rem;overflow-wrap:normal}
        caption{text-align:left;font-weight:600;padding:0 0 8px}
        th,td{padding:7px 12px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--muted);font-weight:600;white-space:nowrap}
        tbody tr:last-child td{border-bottom:0}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td code{color:var(--muted);overflow-wrap:anywhere}
        pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
        .card>.label{display:block;color:var(--muted);font-size:.86rem;margin-bottom:6px}
        .note{border-left:4px solid var(--accent)}.note b{margin-right:6px}
        .note.success{border-left-color:var(--good)}.note.success b{color:var(--good)}
        .note.warning{border-left-color:var(--warn)}.note.warning b{color:var(--warn)}
        .note.failure{border-left-color:var(--bad)}.note.failure b{color:var(--bad)}
        footer{margin-top:48px;padding-top:16px;border-top:1px solid var(--line);color:var(--muted);font-size:.86rem}
        @media(max-width:600px){main{padding:24px 14px 40px}h1{font-size:1.6rem}h2{margin-top:34px}
        .card,figure,.tile{padding:14px}.tiles{grid-template-columns:1fr 1fr;gap:10px}
        .tile .value{font-size:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}
        svg text{font-size:15px}svg .title{font-size:15px}svg .kind{font-size:11px}th,td{padding:6px 8px}}
        @media print{body{background:#fff}.card,figure,.tile{break-inside:avoid}nav,details{display:none}}
        """

    /// The colour of the n-th line or bar.
    static func color(_ index: Int) -> String { "var(--c\(index % 6))" }

    /// Dashes tell lines apart without colour.
    static func dashes(_ index: Int) -> String {
        ["", "7 4", "2 4", "10 4 2 4", "12 5", "4 2"][index % 6]
    }
}
