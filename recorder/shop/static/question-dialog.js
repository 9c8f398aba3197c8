// A question to the workshop, in a web component whose content lives in a shadow root.
customElements.define("question-dialog", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `<style>
        section { position: fixed; inset: 18% 30%; padding: 20px; border-radius: 12px; background: #fff; box-shadow: 0 8px 40px #0006; }
        textarea { width: 100%; height: 90px; font: inherit; } button { padding: 9px 18px; margin-right: 8px; font: inherit; }
      </style>
      <section role="dialog" aria-label="Ask the workshop" hidden>
        <h2></h2><label for="question">Your question</label><textarea id="question"></textarea>
        <p><button type="button" id="send">Send question</button><button type="button" id="close">Close</button></p><p id="answer"></p>
      </section>`;
    root.getElementById("close").addEventListener("click", () => { root.querySelector("section").hidden = true; });
    root.getElementById("send").addEventListener("click", async () => {
      const answer = await send("POST", "/api/questions", { length: root.getElementById("question").value.length });
      root.getElementById("answer").textContent = answer.data.message;
    });
  }

  open(productName) {
    this.shadowRoot.querySelector("h2").textContent = "About the " + productName;
    this.shadowRoot.querySelector("section").hidden = false;
  }
});
