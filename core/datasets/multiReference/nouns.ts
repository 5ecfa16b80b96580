/**
 * English nouns and what they may show, as far as it matters for telling that something is not in an image: the words for
 * COCO's classes (those that the shipped detector answers to, `models/bundles/coco80`), wider words, and scenery.
 * Words are listed as `looseKey` writes them, in the singular.
 */

/** Other words for COCO's classes, wider than a class or narrower: "man" is a person, and a person may be a man. */
export const CLASS_WORDS: Readonly<Record<string, string>> = {
  person:
    'human, human being, individual, someone, man, woman, boy, girl, child, kid, baby, toddler, ' +
    'adult, teenager, teen, guy, lady, gentleman, gentlemen, lad, player, tennis player, ' +
    'baseball player, football player, soccer player, basketball player, batter, pitcher, catcher, ' +
    'umpire, referee, athlete, skier, snowboarder, skateboarder, skater, surfer, swimmer, cyclist, ' +
    'bicyclist, biker, motorcyclist, rider, horse rider, jockey, runner, jogger, pedestrian, ' +
    'passenger, driver, farmer, worker, chef, cook, waiter, waitress, police officer, policeman, ' +
    'policemen, policewoman, policewomen, firefighter, fireman, firemen, soldier, student, teacher, ' +
    'bride, groom, mother, father, mom, dad, son, daughter, brother, sister, grandmother, ' +
    'grandfather, spectator, musician, singer, performer, dancer, photographer, customer, shopper, ' +
    'vendor, tourist, visitor, businessman, businessmen, businesswoman, businesswomen, cowboy, friend',
  bicycle: 'bike, pushbike, cycle, mountain bike, road bike, tandem',
  car:
    'automobile, motorcar, auto, taxi, taxis, cab, sedan, hatchback, convertible, limousine, limo, ' +
    'suv, jeep, minivan, police car, sport car, station wagon, race car',
  motorcycle: 'motorbike, motor bike, scooter, moped, dirt bike, vespa',
  airplane:
    'plane, aeroplane, aircraft, jet, airliner, jetliner, fighter jet, biplane, jumbo jet, ' + 'propeller plane',
  bus: 'autobus, autobuse, school bus, double decker bus, double decker, tour bus, city bus, minibus, ' + 'minibuse',
  train: 'locomotive, subway train, passenger train, freight train, steam train, tram, streetcar',
  truck:
    'lorry, pickup truck, pickup, pick up truck, fire truck, fire engine, garbage truck, dump truck, ' +
    'semi truck, tractor trailer, food truck, tow truck, delivery truck',
  boat:
    'ship, vessel, sailboat, sailing boat, rowboat, rowing boat, canoe, kayak, ferry, yacht, ' +
    'motorboat, speedboat, fishing boat, barge, raft, gondola, dinghy',
  'traffic light': 'traffic signal, stoplight, stop light, signal light',
  'fire hydrant': 'hydrant',
  bench: 'park bench',
  bird:
    'seagull, gull, pigeon, duck, goose, swan, parrot, eagle, hawk, owl, crow, sparrow, penguin, ' +
    'flamingo, peacock, chicken, hen, rooster, pelican, heron, ostrich',
  cat: 'house cat, kitten, kitty, tabby, tomcat',
  dog:
    'puppy, pup, doggy, hound, poodle, labrador, terrier, bulldog, beagle, dachshund, ' +
    'german shepherd, golden retriever, retriever, husky, corgi, corgis, chihuahua, pug',
  horse: 'pony, foal, stallion, mare, colt',
  sheep: 'lamb, ram, ewe',
  cow: 'cattle, bull, calf, calve, ox, oxen',
  elephant: 'baby elephant',
  bear: 'brown bear, black bear, polar bear, grizzly bear, grizzly, bear cub',
  backpack: 'rucksack, knapsack, back pack',
  umbrella: 'parasol',
  handbag: 'hand bag, purse, tote bag, shoulder bag',
  tie: 'necktie, neckty, neck tie, bow tie, bowtie, bowty',
  suitcase: 'travel case',
  frisbee: 'flying disc, flying disk',
  skis: 'ski, pair of skis',
  snowboard: 'snow board',
  'sports ball': 'ball, tennis ball, soccer ball, baseball, basketball, football, volleyball, beach ball',
  'baseball bat': 'bat',
  'baseball glove': 'baseball mitt, catcher s mitt, mitt',
  skateboard: 'skate board, longboard',
  surfboard: 'surf board, surfing board',
  'tennis racket': 'tennis racquet, racket, racquet',
  bottle: 'water bottle, wine bottle, beer bottle, glass bottle, plastic bottle',
  'wine glass': 'wineglass, champagne glass',
  cup: 'mug, coffee cup, coffee mug, tea cup, teacup, paper cup',
  knife: 'table knife, steak knife, kitchen knife, butter knife',
  spoon: 'teaspoon, tablespoon',
  bowl: 'salad bowl, soup bowl, mixing bowl',
  sandwich: 'hamburger, burger, cheeseburger, sub, panini, paninis, bagel sandwich',
  orange: 'orange fruit',
  broccoli: 'piece of broccoli',
  'hot dog': 'hotdog, frankfurter',
  donut: 'doughnut',
  cake: 'birthday cake, wedding cake, chocolate cake, cupcake',
  chair: 'armchair, office chair, desk chair, lawn chair, stool, rocking chair, folding chair, high chair',
  couch: 'sofa, settee, loveseat',
  'potted plant': 'pot plant, houseplant, house plant',
  bed: 'bunk bed',
  'dining table': 'kitchen table, picnic table, coffee table',
  toilet: 'toilet bowl',
  tv: 'television, tv set, television set, tv screen, monitor, computer monitor, computer screen, ' + 'flat screen tv',
  laptop: 'laptop computer, notebook computer',
  mouse: 'computer mouse',
  remote: 'remote control, tv remote, game controller, wii remote',
  keyboard: 'computer keyboard',
  'cell phone': 'cellphone, mobile phone, phone, cellular phone, smartphone, iphone',
  microwave: 'microwave oven',
  oven: 'stove',
  sink: 'washbasin, wash basin, kitchen sink, bathroom sink',
  refrigerator: 'fridge',
  book: 'textbook',
  clock: 'wall clock, alarm clock',
  vase: 'flower vase',
  scissors: 'pair of scissor',
  'teddy bear': 'teddy, stuffed bear',
  'hair drier': 'hair dryer, hairdryer, blow dryer',
  toothbrush: 'tooth brush',
};

/** Words for more than one class. They mean things without a class as well: not every sign is a stop sign. */
export const WIDER_WORDS: Readonly<Record<string, string>> = {
  animal: 'bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe',
  vehicle: 'bicycle, car, motorcycle, airplane, bus, train, truck, boat',
  fruit: 'banana, apple, orange',
  vegetable: 'broccoli, carrot',
  food: 'banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake',
  furniture: 'bench, chair, couch, bed, dining table',
  cutlery: 'fork, knife, spoon',
  utensil: 'fork, knife, spoon',
  bag: 'backpack, handbag, suitcase',
  luggage: 'backpack, handbag, suitcase',
  glass: 'wine glass, cup',
  sign: 'stop sign',
  plant: 'potted plant',
  table: 'dining table',
  van: 'car, truck',
  screen: 'tv, laptop, cell phone',
  pet: 'cat, dog',
  'electronic device': 'tv, laptop, mouse, remote, keyboard, cell phone',
  electronic: 'tv, laptop, mouse, remote, keyboard, cell phone',
  computer: 'laptop, tv',
  appliance: 'microwave, oven, toaster, sink, refrigerator',
};

/**
 * Words that come with something else: a shirt is worn by somebody, a wave is water. Where the one is, the other may be; and
 * the words in front are the scenery that few datasets name everywhere.
 */
export const WITH: Readonly<Record<string, string>> = {
  person:
    'shirt, tshirt, t shirt, sweater, jacket, coat, jersey, vest, suit, dress, skirt, pant, trouser, jean, sock, ' +
    'shoe, sneaker, boot, sandal, glove, hat, cap, helmet, scarf, uniform, bikini, swimsuit, apron, belt, ' +
    'sunglasses, goggle, bracelet, necklace, head, hair, eye, ear, nose, mouth, beard, mustache, neck, ' +
    'shoulder, arm, elbow, hand, finger, thumb, belly, leg, knee, foot, toe, ponytail, bald, crowd, couple, ' +
    'team, audience, family, dude, fellow, bro, male, female, old man, old woman, teammate, opponent, goalie, ' +
    'hiker, climber, dancer, monk, clown, stranger, human figure, sleeve, backside, butt',
  animal:
    'lion, tiger, leopard, monkey, ape, gorilla, deer, moose, elk, goat, pig, donkey, mule, camel, llama, alpaca, kangaroo, ' +
    'koala, panda, wolf, fox, rabbit, hare, squirrel, hamster, rat, snake, lizard, turtle, tortoise, frog, fish, shark, ' +
    'whale, dolphin, seal, crab, insect, bee, butterfly, spider, bison, buffalo, antelope, hippo, rhino, crocodile, tail, ' +
    'mane, tusk, paw, hoof, beak, feather, fur',
  tree: 'palm, palm tree, pine, bush, shrub, hedge, forest, wood, branch, trunk, leaf, bark, jungle, tree trunk',
  plant: 'flower, bush, shrub, cactus, fern, leaf, vine, weed, moss, grass, crop, bouquet, blossom, petal, flora',
  grass: 'lawn, meadow, field, pasture, turf, hay',
  water:
    'sea, ocean, lake, river, pond, pool, swimming pool, wave, stream, creek, waterfall, fountain, puddle, surf, bay, foam',
  building:
    'house, church, tower, skyscraper, hut, barn, castle, cathedral, temple, palace, shed, cabin, garage, apartment, ' +
    'factory, store, shop, roof, facade, balcony, chimney, steeple, dome, hotel, mosque, ruin, column, pillar, arch',
  mountain: 'hill, peak, cliff, volcano, ridge, slope, canyon, valley, glacier, summit',
  rock: 'stone, boulder, cliff, pebble, gravel, ruin, statue',
  ground:
    'floor, dirt, earth, sand, soil, land, beach, desert, mud, carpet, rug, mat, tile, shore, snow, terrain, dune',
  road: 'street, path, pathway, sidewalk, pavement, lane, highway, track, trail, walkway, curb, crosswalk, asphalt, driveway',
  sky: 'cloud, sun, moon, horizon, sunset, sunrise, heaven, fog, mist',
  wall: 'brick, fence, railing, panel, partition, wallpaper, column',
  window: 'window pane, windowpane, blind, curtain, shutter, glass',
  door: 'doorway, gate, entrance, doorknob',
};

/** Words that name something which is in most images whether a dataset says so or not. */
export const EVERYWHERE: readonly string[] = [
  ...['person', 'tree', 'plant', 'grass', 'water', 'building', 'mountain', 'rock', 'ground', 'road', 'sky', 'wall'],
  ...[
    'window',
    'door',
    'floor',
    'cloud',
    'house',
    'street',
    'path',
    'sidewalk',
    'dirt',
    'sand',
    'snow',
    'field',
    'hill',
  ],
  ...[
    'bush',
    'leaf',
    'branch',
    'stone',
    'fence',
    'pole',
    'light',
    'shadow',
    'reflection',
    'table',
    'furniture',
    'animal',
  ],
  ...[
    'vehicle',
    'food',
    'sign',
    'bag',
    'glass',
    'screen',
    'roof',
    'sea',
    'lake',
    'river',
    'wood',
    'room',
    'box',
    'line',
  ],
];

/** Words that tell nothing about what a thing is: grammar, places, colours, sizes, deeds, and nouns for anything. */
export const TELLS_NOTHING: readonly string[] =
  `a an the this that these those some any each every all both no not of in on at to from for by with without under over
   behind beside near next above below between into onto around across along inside outside off out up down and or but as
   than then is are was were be been being has have had do does can will it its he she they his her him their them we you i
   who which what where there here very just only also another other others same most more less least much many few
   one two three four five six seven eight nine ten first second third fourth fifth 1st 2nd 3rd 4th 5th last
   left right top bottom middle center centre front rear side corner edge end upper lower far near close closer closest
   nearest farthest furthest further leftmost rightmost lefty righty topmost bottommost half row column background
   foreground distance horizontal vertical diagonal toward towards away facing face camera image picture photo pic frame
   red blue green yellow orange purple pink brown black white gray grey tan beige gold golden silver maroon navy teal
   violet dark darker darkest light lighter lightest bright brighter colorful colored coloured color colour striped
   stripe plaid checkered spotted plain clear transparent shiny metal metallic wooden plastic leather brick stone
   big bigger biggest large larger largest small smaller smallest little tiny huge tall taller tallest short shorter
   shortest long longer longest wide thin thick fat skinny round square flat empty full half whole entire single double
   open closed old older oldest young younger youngest new cute pretty beautiful blurry blurred visible partial partially
   main lone alone standing sitting walking running wearing holding looking eating lying laying riding leaning hanging
   stand sit hold wear look see seen show shown cut cropped hidden behind covered
   thing object item part piece bit area section portion region spot place stuff set pair group bunch stack pile lot
   guy s t o w r l m n cant dont sorry please find`.split(/\s+/);
