/**
 * Redraws the handset when its version changes, sends its forms without leaving the page, and
 * makes the keypad type. Without it the page refreshes itself and the forms post as usual.
 */
export const HANDSET_SCRIPT = `(function(){
var desk=document.querySelector("[data-handset]"),base="/phone/"+desk.dataset.handset;
document.documentElement.classList.add("js");
function draw(text,version){desk.innerHTML=text;desk.dataset.version=version;var pin=desk.querySelector("#pin");if(pin&&matchMedia("(hover:hover)").matches)pin.focus({preventScroll:true})}
function load(){return fetch(base+"/screen"+desk.dataset.query,{cache:"no-store",headers:{"X-Version":desk.dataset.version}}).then(function(r){return r.status===200?r.text().then(function(t){draw(t,r.headers.get("X-Version"))}):null})}
function poll(){load().catch(function(){}).then(function(){setTimeout(poll,800)})}
desk.addEventListener("submit",function(e){e.preventDefault();var f=e.target;fetch(f.action,{method:"POST",body:new URLSearchParams(new FormData(f)),redirect:"manual"}).then(load).catch(function(){f.submit()})});
desk.addEventListener("click",function(e){var k=e.target.closest("[data-key]"),pin=desk.querySelector("#pin");if(!k||!pin)return;var key=k.dataset.key;if(key==="clear")pin.value="";else if(key==="back")pin.value=pin.value.slice(0,-1);else if(pin.value.length<4)pin.value+=key});
poll();
})()`;
