-- Invented names. Promises: a brand and a trade make a company name, and no two pairs make the same one.

CREATE OR REPLACE FUNCTION pg_temp.key(kind text, copy int, i int, part text DEFAULT '') RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT md5('ops_backlog:' || kind || ':' || copy || ':' || i || ':' || part)::uuid $$;

-- A number from 0 up to 1, always the same for the same seed.
CREATE OR REPLACE FUNCTION pg_temp.chance(seed text) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed), 8))::bit(32)::bigint / 4294967296.0 $$;

CREATE OR REPLACE FUNCTION pg_temp.one_of(words text, seed text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT split_part(words, ',', 1 + floor(pg_temp.chance(seed) * (1 + length(words) - length(replace(words, ',', ''))))::int) $$;

CREATE TEMP TABLE demo_brand ON COMMIT DROP AS
WITH word AS (
    SELECT kind, t.n, t.w FROM (VALUES
        ('head', 'Alder Amber Ash Badger Barrow Bell Birch Bracken Bright Calder Carr Clover Corn Crane Dart Deer Elder Elm Fair Falcon Farn Fern Fox Gate
Glen Gold Grey Hare Hart Haw Heron Hill Hollin Holm Ivory Kestrel King Lark Lin Maple Mead Mill Moss Nettle North Oak Otter Owl Pebble Pen Pine Quarry Rook Rush
Sand Sedge Shel Spring Stan Swan Thistle Thorn Whit Win'),
        ('tail', 'moor wood field brook ford ton bury ley wick dale haven mere stead croft garth worth bridge combe den fell gate hurst land leigh low marsh mont
more ridge rigg shaw side stoke stone thwaite vale view water well wold'),
        ('left', 'Basalt Blue Bluestem Bold Cedar Chalk Cobalt Copper Coral Crimson Cypress Driftless Dune Eastern Ember Evergreen Fallow First Flint Golden
Granite Harbor Harrow Harvest Hickory High Indigo Inland Iron Juniper Keystone Lantern Laurel Liberty Lone Lower Magnolia Marble Meridian Northern Onyx Orchard
Painted Prairie Quiet Redwood River Rustic Sable Saffron Sierra Silver Slate Summit Sunlit Timber Twin Union Upper Velvet Western Wild Willow Winter'),
        ('right', 'Arch Bay Bend Bluff Canyon Cape Cove Creek Crest Cross Elms Falls Fork Grove Gulch Heights Hollow Island Junction Knoll Lake Landing Lane
Meadow Mesa Mountain Oaks Pass Path Peak Plains Point Pond Quay Range Rapids Road Rock Shore Trail'),
        ('name', 'Abara Adler Amundsen Bauer Beck Bishop Boyle Brandt Calloway Castell Conti Dahl Darrow Doyle Eklund Ferreira Finch Frost Gallo Greer Hale
Haldane Holt Ibarra Ito Jansen Kaur Keller Kim Lang Lindgren Lowe Marek Mercer Moreau Nakata Novak Okoye Ortega Paquet Quist Reyes Rossi Sato Soto Tran Vance
Weller Wyss Zielinski')) l(kind, list), regexp_split_to_table(list, '\s+') WITH ORDINALITY t(w, n)),
pair AS (
    SELECT a.kind, a.n AS x, b.n AS y, a.w || CASE a.kind WHEN 'head' THEN '' WHEN 'left' THEN ' ' ELSE ' & ' END || b.w AS brand
    FROM word a JOIN word b ON (a.kind, b.kind) IN (('head', 'tail'), ('left', 'right')) OR (a.kind = 'name' AND b.kind = 'name' AND a.n <> b.n))
SELECT row_number() OVER (ORDER BY kind, x, y) - 1 AS n, brand FROM pair;
CREATE UNIQUE INDEX ON demo_brand (n);

CREATE TEMP TABLE demo_trade ON COMMIT DROP AS
SELECT t.n - 1 AS n, t.trade FROM regexp_split_to_table('Accounting,Advisors,Agronomy,Air Freight,Analytics,Animal Care,Apparel,Appliances,Architects,Assembly,Asset Care,
Audio,Automation,Auto Parts,Aviation,Bakery,Bearings,Beverages,Bikes,Biologics,Boatworks,Books,Bottling,Brewing,Brick,Builders,Cabinets,Candles,Care Homes,Carpets,
Castings,Catering,Ceramics,Chemicals,Cider,Civil Works,Clinics,Clothing,Coatings,Coffee,Cold Storage,Composites,Concrete,Confections,Controls,Courier,Dairy,Dental,Design,
Diagnostics,Dining,Distribution,Door Systems,Dry Goods,Electric,Elevators,Energy,Engineering,Events,Eyewear,Fabrication,Family Farms,Fasteners,Fencing,Fiber,Fire Safety,
Fisheries,Fitness,Flooring,Flour,Food Service,Forestry,Foundry,Freight,Furniture,Gardens,Glass,Grain,Graphics,Greenhouses,Hardware,Hauling,Health,Heating,Home Care,
Hospitality,Imaging,Insurance,Interiors,Irrigation,Joinery,Kitchens,Labs,Landscaping,Laundry,Lighting,Linens,Logistics,Lumber,Machining,Marine,Masonry,Media,Metals,
Milling,Moving,Naturals,Networks,Nursery,Nutrition,Optics,Organics,Outfitters,Packaging,Paints,Paper,Pediatrics,Pharmacy,Plastics,Plumbing,Poultry,Precision,Press,
Printing,Produce,Propane,Pumps,Recycling,Refrigeration,Rentals,Roofing,Salvage,Seeds,Signs,Software,Solar,Staffing,Steel,Surveying,Textiles,Tile,Tooling,Toys,Transit,
Trucking,Upholstery,Veterinary,Water Systems,Welding,Wireworks,Woodworking', ',\s*') WITH ORDINALITY t(trade, n);

CREATE TEMP TABLE demo_state ON COMMIT DROP AS
SELECT row_number() OVER () - 1 AS n, state FROM (
    SELECT split_part(entry, ':', 1) AS state
    FROM regexp_split_to_table('TX:11 CA:10 FL:7 NY:7 PA:5 IL:5 OH:5 GA:4 NC:4 MI:4 NJ:4 VA:3 WA:3 AZ:3 MA:3 TN:3 IN:3 MO:3 MD:2 WI:3 CO:3 MN:3 SC:2 AL:2 LA:2 KY:2 OR:2 OK:2
CT:2 UT:2 IA:2 NV:1 AR:1 MS:1 KS:2 NM:1 NE:1 ID:1 WV:1 HI:1 NH:1 ME:1 MT:1 RI:1 DE:1 SD:1 ND:1 AK:1 DC:1 VT:1 WY:1', '\s+') entry,
        generate_series(1, split_part(entry, ':', 2)::int)) weighted;
