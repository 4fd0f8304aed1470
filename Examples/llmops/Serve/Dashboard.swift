#if CommandLine
    /// The page at `/`: what the server is doing, read off `/status` every two seconds. Self-contained.
    enum Dashboard {
        static let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>llmops serve</title>
            <style>
            :root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1c1c1a;--soft:#6b6b66;--line:#e3e3de;--hot:#2f6f4f}
            @media(prefers-color-scheme:dark){:root{--bg:#161615;--card:#20201e;--ink:#ecece8;--soft:#9a9a93;--line:#34342f;--hot:#7cc6a0}}
            *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
            main{max-width:960px;margin:0 auto;padding:20px 16px 40px}h1{font-size:20px;margin:0 0 2px}
            .sub{color:var(--soft);margin:0 0 18px}.grid{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}
            .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
            .card b{display:block;font-size:24px;font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:13px}
            h2{font-size:15px;margin:24px 0 8px}table{border-collapse:collapse;width:100%}.scroll{overflow-x:auto}
            td,th{text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:64px;display:block}
            polyline{fill:none;stroke:var(--hot);stroke-width:2;vector-effect:non-scaling-stroke}.off{color:#b3402e}
            a{color:inherit}
            </style></head><body><main>
            <h1>llmops serve</h1><p class="sub" id="sub">connecting</p>
            <div class="grid" id="cards"></div>
            <h2>Tokens per second</h2><div class="card"><svg viewBox="0 0 100 32" preserveAspectRatio="none" role="img"
            aria-label="tokens per second over the last two minutes"><polyline id="line" points=""/></svg></div>
            <h2>Models</h2><div class="scroll"><table><thead><tr><th>name</th><th>version</th><th class="n">context</th></tr></thead>
            <tbody id="models"></tbody></table></div>
            <p class="sub"><a href="metrics">metrics</a> · <a href="healthz">healthz</a> · <a href="readyz">readyz</a></p>
            </main><script>
            const el=id=>document.getElementById(id),points=[];let last=null;
            function card(name,value){const d=document.createElement('div');d.className='card';
            const b=document.createElement('b');b.textContent=value;const s=document.createElement('span');s.textContent=name;
            d.append(b,s);return d}
            function cell(text,numeric){const t=document.createElement('td');t.textContent=text;if(numeric)t.className='n';return t}
            async function tick(){try{const s=await(await fetch('status')).json();const now=performance.now();
            let rate=0;if(last)rate=Math.max(0,(s.generated_tokens-last.tokens)/((now-last.time)/1000));
            last={tokens:s.generated_tokens,time:now};points.push(rate);if(points.length>60)points.shift();
            const top=Math.max(1,...points);
            el('line').setAttribute('points',points.map((p,i)=>(i*100/59).toFixed(1)+','+(31-30*p/top).toFixed(1)).join(' '));
            el('sub').className='sub';el('sub').textContent=(s.ready?'ready':'not ready')+' · up '+Math.round(s.uptime_seconds)+' s';
            el('cards').replaceChildren(card('running',s.running),card('waiting',s.waiting),card('tokens/s now',rate.toFixed(1)),
            card('completed',s.completed),card('refused',s.refused),card('failed',s.failed),
            card('tokens generated',s.generated_tokens),card('prompt tokens reused',s.cached_tokens),
            card('key-value cache',(100*s.kv_cache_usage).toFixed(1)+' %'));
            el('models').replaceChildren(...s.models.map(m=>{const r=document.createElement('tr');
            r.append(cell(m.id),cell(m.version||''),cell(m.max_model_len||'',true));return r}))}
            catch(e){el('sub').className='sub off';el('sub').textContent='the server does not answer'}}
            tick();setInterval(tick,2000)
            </script></body></html>
            """
    }
#endif
