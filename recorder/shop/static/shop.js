// What every page of the shop uses: the catalogue, the cart and a few ways to show things.
const PRODUCTS = [
  { slug: "storm-lantern", name: "Storm Lantern", price: 48, kind: "Lighting", shape: "lantern", hue: 38, stock: 14 },
  { slug: "reading-lamp", name: "Reading Lamp", price: 72, kind: "Lighting", shape: "lamp", hue: 15, stock: 9 },
  { slug: "beeswax-candles", name: "Beeswax Candles", price: 18, kind: "Lighting", shape: "candle", hue: 45, stock: 60 },
  { slug: "pocket-torch", name: "Pocket Torch", price: 26, kind: "Lighting", shape: "torch", hue: 210, stock: 31 },
  { slug: "wool-blanket", name: "Wool Blanket", price: 95, kind: "Textiles", shape: "square", hue: 350, stock: 7, sizes: ["130 x 170 cm", "150 x 200 cm", "220 x 240 cm"] },
  { slug: "linen-cushion", name: "Linen Cushion", price: 34, kind: "Textiles", shape: "square", hue: 95, stock: 22, sizes: ["40 x 40 cm", "50 x 50 cm"] },
  { slug: "felt-slippers", name: "Felt Slippers", price: 41, kind: "Textiles", shape: "pair", hue: 265, stock: 18, sizes: ["36", "38", "40", "42", "44"] },
  { slug: "enamel-kettle", name: "Enamel Kettle", price: 56, kind: "Kitchen", shape: "round", hue: 190, stock: 3 },
  { slug: "stoneware-mug", name: "Stoneware Mug", price: 16, kind: "Kitchen", shape: "round", hue: 28, stock: 120 },
  { slug: "tea-sampler", name: "Tea Sampler", price: 22, kind: "Kitchen", shape: "square", hue: 130, stock: 44 },
  { slug: "oak-tray", name: "Oak Tray", price: 39, kind: "Kitchen", shape: "square", hue: 32, stock: 0 },
  { slug: "travel-flask", name: "Travel Flask", price: 29, kind: "Kitchen", shape: "torch", hue: 170, stock: 26 },
];

const SHAPES = {
  lantern: '<path d="M80 20h40v14H80z"/><rect x="62" y="40" width="76" height="96" rx="14"/><rect x="56" y="138" width="88" height="14" rx="5"/>',
  lamp: '<path d="M60 80 80 28h40l20 52z"/><rect x="96" y="80" width="8" height="60"/><rect x="70" y="140" width="60" height="10" rx="5"/>',
  candle: '<rect x="60" y="70" width="22" height="80" rx="4"/><rect x="90" y="50" width="22" height="100" rx="4"/><rect x="120" y="84" width="22" height="66" rx="4"/>',
  torch: '<rect x="82" y="20" width="36" height="30" rx="6"/><rect x="74" y="52" width="52" height="98" rx="12"/>',
  square: '<rect x="52" y="34" width="96" height="112" rx="8"/><path d="M52 62h96M52 90h96M52 118h96" stroke="#fff" stroke-width="4"/>',
  pair: '<ellipse cx="70" cy="96" rx="28" ry="50"/><ellipse cx="132" cy="96" rx="28" ry="50"/>',
  round: '<circle cx="94" cy="94" r="52"/><path d="M144 76a26 26 0 0 1 0 44" fill="none" stroke-width="12" stroke="hsl(30 20% 40%)"/>',
};

const money = (amount) => "€" + amount.toFixed(2);
const productBySlug = (slug) => PRODUCTS.find((product) => product.slug === slug);
const picture = (product) =>
  `<svg viewBox="0 0 200 170" role="img" aria-label="${product.name}"><g fill="hsl(${product.hue} 55% 52%)">${SHAPES[product.shape]}</g></svg>`;

const cart = {
  read: () => JSON.parse(localStorage.getItem("cart") || "[]"),
  write(lines) {
    localStorage.setItem("cart", JSON.stringify(lines));
    showCartCount();
  },
  add(slug) {
    const lines = cart.read();
    const line = lines.find((existing) => existing.slug === slug);
    if (line) line.quantity += 1;
    else lines.push({ slug, quantity: 1 });
    cart.write(lines);
  },
  total: () => cart.read().reduce((sum, line) => sum + productBySlug(line.slug).price * line.quantity, 0),
};

function showCartCount() {
  const count = cart.read().reduce((sum, line) => sum + line.quantity, 0);
  document.getElementById("cart-count").textContent = String(count);
}

function say(text, tone = "good") {
  const status = document.querySelector("[role=status], [role=alert]");
  status.className = tone;
  status.textContent = text;
}

async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { ok: response.ok, status: response.status, data: await response.json() };
}

async function addToCart(button, slug) {
  const label = button.textContent;
  button.textContent = "Adding…";
  const answer = await send("POST", "/api/cart", { slug, quantity: 1 });
  if (answer.ok) {
    cart.add(slug);
    button.textContent = "Added ✓";
    posthog.capture("product added", { product: slug, price: productBySlug(slug).price });
  } else {
    console.error("add to cart failed", slug, answer.status);
    say("Something went wrong, the product could not be added.", "alarm");
    button.textContent = label;
  }
}

document.addEventListener("DOMContentLoaded", showCartCount);
